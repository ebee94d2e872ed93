//! The script of a page on which files are dropped, in a real browser.

use serde_json::Value;

use crate::driven::drive;

/// Drops two files on the form and sends it, with a server that takes half of them and then is gone; then drops one too large.
const RUN: &str = r##"
const wait = time => new Promise(done => setTimeout(done, time));
(async () => {
    const frame = document.createElement("iframe");
    frame.width = 700; frame.height = 900;
    const loaded = new Promise(done => frame.onload = done);
    frame.src = "page.html";
    document.body.append(frame);
    await loaded;
    const view = frame.contentWindow, page = view.document;
    const sent = [];
    const on = () => { const heard = {}; return { addEventListener: (name, what) => heard[name] = what, heard }; };
    view.XMLHttpRequest = function () {
        const request = on();
        request.upload = on();
        request.open = (method, to) => sent.push({ method, to });
        request.send = body => {
            const files = body.getAll("files");
            Object.assign(sent[sent.length - 1], { files: files.map(file => file.name + " " + file.size), csrf: body.has("csrf") });
            request.upload.heard.progress({ lengthComputable: true, loaded: 1, total: 2 });
            sent[sent.length - 1].bar = page.getElementById("scan-bar").value;
            sent[sent.length - 1].disabled = page.querySelector("#scan button").disabled;
            request.heard.error();
        };
        return request;
    };
    const seen = id => { const part = page.getElementById(id); return part.hidden ? "" : part.textContent; };
    const drop = files => {
        const data = new view.DataTransfer();
        files.forEach(([name, size]) => data.items.add(new view.File([new Uint8Array(size)], name)));
        page.getElementById("scan-drop").dispatchEvent(new view.DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    };
    const send = () => page.querySelector("#scan button").click();
    drop([["báo cáo.docx", 10], ["b.zip", 20]]);
    const chosen = seen("scan-chosen"), before = sent.length;
    send(); await wait(200);
    const broken = seen("scan-trouble");
    drop([["lớn.iso", Number(page.getElementById("scan").dataset.mostBytes) + 1]]);
    const refused = seen("scan-trouble");
    send(); await wait(200);
    fetch(SAY + encodeURIComponent(JSON.stringify({ chosen, before, sent, broken, refused })));
})();
"##;

/// What became of files that were dropped on the page `html` with its `script`, as JSON: what was shown as chosen, how much was
/// sent before the button was pressed, what was sent then, and what was said of a connection that broke and of a file too large.
///
/// # Errors
/// A sentence: what is missing on this machine.
///
/// # Panics
/// When Chromium does not do its work.
pub fn drop_files(html: &str, style: &str, script: &str) -> Result<Value, String> {
    drive(html, style, script, RUN)
}
