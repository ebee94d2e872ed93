// Files can be dropped on the form, and it says how far it is. Without this script the same form is sent by the browser alone.
"use strict";

(function () {
  var form = document.getElementById("scan");
  var input = document.getElementById("scan-files");
  var drop = document.getElementById("scan-drop");
  var chosen = document.getElementById("scan-chosen");
  var progress = document.getElementById("scan-progress");
  var saying = document.getElementById("scan-saying");
  var bar = document.getElementById("scan-bar");
  var trouble = document.getElementById("scan-trouble");
  var button = form && form.querySelector("button[type=submit]");
  if (!form || !input || !window.FormData || !window.XMLHttpRequest) { return; }
  var said = form.dataset;

  drop.querySelector(".drop-here").hidden = false;

  function complain(what) {
    trouble.textContent = what;
    trouble.hidden = what === "";
  }

  // What the server would refuse is said before anything is sent.
  function wrong(files) {
    var together = 0;
    if (files.length > Number(said.mostFiles)) { return said.tooMany; }
    for (var index = 0; index < files.length; index += 1) {
      if (files[index].size > Number(said.mostBytes)) { return files[index].name + ": " + said.tooLarge; }
      together += files[index].size;
    }
    return together > Number(said.mostTogether) ? said.tooLargeTogether : "";
  }

  function show() {
    chosen.textContent = "";
    Array.prototype.forEach.call(input.files, function (file) {
      var line = document.createElement("li");
      line.textContent = file.name;
      chosen.appendChild(line);
    });
    chosen.hidden = input.files.length === 0;
    complain(wrong(input.files));
  }
  input.addEventListener("change", show);

  // Whoever lets a file fall beside the field would leave the page: the whole form takes it.
  var within = 0;
  form.addEventListener("dragenter", function (event) { event.preventDefault(); within += 1; drop.classList.add("over"); });
  form.addEventListener("dragleave", function () { within -= 1; if (within <= 0) { within = 0; drop.classList.remove("over"); } });
  form.addEventListener("dragover", function (event) { event.preventDefault(); });
  form.addEventListener("drop", function (event) {
    event.preventDefault();
    within = 0;
    drop.classList.remove("over");
    if (button.disabled || !event.dataTransfer || event.dataTransfer.files.length === 0) { return; }
    input.files = event.dataTransfer.files;
    show();
    button.focus();
  });

  function working(is) {
    button.disabled = is;
    input.disabled = is;
    progress.hidden = !is;
  }

  function send() {
    var body = new FormData(form);
    var request = new XMLHttpRequest();
    working(true);
    saying.textContent = said.sending;
    bar.value = 0;
    request.upload.addEventListener("progress", function (event) {
      if (event.lengthComputable) { bar.value = Math.round(100 * event.loaded / event.total); }
    });
    request.upload.addEventListener("load", function () {
      saying.textContent = said.looking;
      bar.removeAttribute("value");
    });
    request.addEventListener("load", function () {
      // The browser has followed the way to the result; going there again shows it.
      if (request.status === 200 && /\/scan\/[^\/?]+$/.test(request.responseURL)) {
        window.location.assign(request.responseURL);
        return;
      }
      working(false);
      var page = new DOMParser().parseFromString(request.responseText, "text/html");
      var mistake = page.getElementById("scan-mistake") || page.querySelector("h1");
      complain(mistake && mistake.textContent.trim() || said.broken);
    });
    request.addEventListener("error", function () { working(false); complain(said.broken); });
    request.addEventListener("abort", function () { working(false); complain(said.broken); });
    request.open("POST", form.action);
    request.send(body);
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    if (button.disabled) { return; }
    show();
    if (trouble.hidden && input.files.length > 0) { send(); }
  });
  // Whoever comes back finds the form as it was before it was sent.
  window.addEventListener("pageshow", function () { working(false); });
})();
