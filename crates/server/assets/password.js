// Tries a password in the browser. Nothing that is typed leaves the page: no request is made, no field has a name to be sent
// by, nothing is kept. The rules and their thresholds are data in the page, made by the server out of the one place that
// knows them (crates/password); how hard a password is to guess is told by zxcvbn, the same measure with the same words.
"use strict";

(function (scope) {
  // No more letters than these are weighed: the time it takes grows fast with them. The server does the same.
  var MOST_LETTERS = 100;

  // Small letters without marks, as khien_model::text::fold makes them.
  function fold(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/đ/g, "d");
  }

  function classes(password) {
    var kinds = [/\p{Lowercase}/u, /\p{Uppercase}/u, /[0-9]/, /[^\p{Alphabetic}\p{N}]/u];
    return kinds.filter(function (kind) { return kind.test(password); }).length;
  }

  function bytes(text) {
    return new TextEncoder().encode(text).length;
  }

  // Digits and signs that stand for letters, as letters.
  function undisguised(word) {
    var plain = { "@": "a", "4": "a", "0": "o", "1": "i", "!": "i", "3": "e", "5": "s", "$": "s" };
    return Array.from(word).map(function (letter) { return plain[letter] || letter; }).join("");
  }

  function isCommon(password, rules) {
    var folded = fold(password).replace(/\p{White_Space}/gu, "");
    if (folded === "") { return false; }
    var word = folded.replace(/^[^\p{Alphabetic}]+|[^\p{Alphabetic}]+$/gu, "");
    var known = function (text) { return rules.common.indexOf(text) >= 0; };
    return known(folded) || known(word) || known(undisguised(word))
      || new Set(Array.from(folded)).size < rules.least_different;
  }

  function containsLogin(password, login, rules) {
    var local = fold(login).split("@")[0];
    return Array.from(local).length >= rules.least_login && fold(password).indexOf(local) >= 0;
  }

  // The lower of the scores with and without marks: whoever guesses writes without marks first.
  function score(password, login, rules, zxcvbn) {
    if (bytes(password) > rules.max_bytes) { return 0; }
    var words = rules.trade.concat(rules.common);
    words = words.concat(fold(login).split("@").filter(function (part) { return part !== ""; }));
    var first = function (text) { return Array.from(text).slice(0, MOST_LETTERS).join(""); };
    var written = zxcvbn(first(password), words);
    var plain = zxcvbn(first(fold(password).replace(/\p{White_Space}/gu, "")), words);
    return (plain.guesses < written.guesses ? plain : written).score;
  }

  // What became of each rule: true is kept, false is broken, null cannot be told.
  function judge(given, login, secondFactor, rules, zxcvbn) {
    var password = given.normalize("NFC");
    var demand = secondFactor ? rules.with_second_factor : rules.alone;
    var judged = {
      letters: Array.from(password).length >= demand.letters,
      classes: classes(password) >= demand.classes,
      login: login === "" ? null : !containsLogin(password, login, rules),
      common: !isCommon(password, rules),
      length: bytes(password) <= rules.max_bytes,
      score: null
    };
    if (zxcvbn && rules.score !== null) { judged.score = score(password, login, rules, zxcvbn) >= rules.score; }
    return judged;
  }

  scope.khienPassword = { judge: judge };
  if (typeof document === "undefined") { return; }

  var place = document.getElementById("password-check");
  if (!place) { return; }
  var rules = JSON.parse(place.getAttribute("data-rules"));
  var field = document.getElementById("password-candidate");
  var login = document.getElementById("password-login");
  var second = document.getElementById("password-second");
  var answer = document.getElementById("password-answer");
  var items = place.querySelectorAll("[data-rule]");

  function show() {
    var judged = field.value === "" ? {} : judge(field.value, login.value.trim(), second.checked, rules, scope.zxcvbn);
    var broken = 0;
    items.forEach(function (item) {
      var kept = judged[item.getAttribute("data-rule")];
      var word = kept === true ? "pass" : kept === false ? "fail" : "unknown";
      if (kept === false) { broken += 1; }
      var badge = item.querySelector(".badge");
      badge.className = "badge " + word;
      badge.textContent = place.getAttribute("data-" + word);
      var numbers = item.querySelectorAll("[data-of]");
      numbers.forEach(function (number) { number.hidden = (number.getAttribute("data-of") === "second") !== second.checked; });
    });
    answer.textContent = field.value === "" ? "" : place.getAttribute(broken > 0 ? "data-broken" : "data-kept");
  }

  [field, login].forEach(function (input) { input.addEventListener("input", show); });
  second.addEventListener("change", show);
  document.getElementById("password-show").addEventListener("change", function (event) {
    field.type = event.target.checked ? "text" : "password";
  });
  // What was typed does not stay when somebody goes on and comes back.
  window.addEventListener("pagehide", function () { field.value = ""; });
  show();
}(typeof globalThis === "undefined" ? window : globalThis));
