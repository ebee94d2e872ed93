// Says that an advisory was read once its end has stood in view for a moment. Without this script the button at the end of the
// text says the same: it is the same form that is sent.
"use strict";

(function () {
  // So long the end stays in view, in milliseconds: whoever only flies past it has not read it.
  var IN_VIEW = 2000;

  var end = document.getElementById("advisory-end");
  var answer = document.getElementById("advisory-answer");
  var form = end && end.querySelector("form");
  if (!form || !("IntersectionObserver" in window)) { return; }
  var waiting = null;
  var isSent = false;

  function send() {
    waiting = null;
    if (isSent || document.visibilityState !== "visible") { return; }
    isSent = true;
    var body = new URLSearchParams(new FormData(form));
    // What is answered is the way to the list; it is not followed.
    fetch(form.action, { method: "POST", body: body, credentials: "same-origin", redirect: "manual" }).then(function (got) {
      if (got.type !== "opaqueredirect") { throw new Error("refused"); }
      answer.textContent = end.dataset.said;
      answer.hidden = false;
      end.hidden = true;
      watcher.disconnect();
    }).catch(function () {
      // The button stays.
      isSent = false;
    });
  }

  var watcher = new IntersectionObserver(function (entries) {
    var isInView = entries.some(function (entry) { return entry.isIntersecting; });
    if (isInView && waiting === null && !isSent) {
      waiting = window.setTimeout(send, IN_VIEW);
    } else if (!isInView && waiting !== null) {
      window.clearTimeout(waiting);
      waiting = null;
    }
  });
  watcher.observe(end);
  // Whoever looks at another window meanwhile is asked again on coming back.
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "visible" && !isSent) {
      watcher.unobserve(end);
      watcher.observe(end);
    }
  });
})();
