//! Cases for what gives a web server to strangers.

use khien_inspect::FileType::{Asp, Gif, Jsp, Php, Text};

use crate::{Case, case};

pub(crate) fn cases() -> Vec<Case> {
    [php(), others()].into_iter().flatten().collect()
}

fn php() -> Vec<Case> {
    vec![
        case(
            "php_runs_what_a_visitor_sends",
            Php,
            "<?php @ev¦al(base64_¦decode($_PO¦ST['khong']));",
            "<?php echo htmlspecialchars($_POST['ten']); system('ls');",
        ),
        case("php_runs_what_a_visitor_sends", Gif, "GIF89a<?= `$_G¦ET[a]` ?>", "GIF89a no code here $_GET"),
        case(
            "php_calls_function_a_visitor_names",
            Php,
            "<?php $_GE¦T['a']($_PO¦ST['b']);",
            "<?php array_map('trim', $_POST); $a = $_GET['a'];",
        ),
        case(
            "php_runs_packed_code",
            Php,
            "<?php ev¦al(gzin¦flate(base64_decode('khong')));",
            "<?php $a = gzinflate(base64_decode($b));",
        ),
        case(
            "php_is_known_webshell",
            Php,
            "<?php $default_action = 'Files¦Man'; shell¦_exec('a'); base64¦_decode('a');",
            "<?php class FileManager { function move() { move_uploaded_file($a, $b); } }",
        ),
    ]
}

fn others() -> Vec<Case> {
    vec![
        case(
            "jsp_runs_what_a_visitor_sends",
            Jsp,
            "<% Runtime.getRun¦time().ex¦ec(request.getPara¦meter(\"a\")); %>",
            "<% out.print(request.getParameter(\"ten\")); %>",
        ),
        case(
            "jsp_loads_code_a_visitor_sends",
            Jsp,
            "<%! class U extends Class¦Loader { Class g(byte[] b) { return define¦Class(b); } } %>\
             <% request.get¦Reader(); new BASE64¦Decoder(); %>",
            "<% request.getReader(); Base64.getEncoder(); %>",
        ),
        case(
            "aspx_runs_what_a_visitor_sends",
            Asp,
            "<%@ Page Language=\"C#\" %><% new ProcessStart¦Info(\"cm¦d.exe\", Req¦uest[\"a\"]); %>",
            "<%@ Page Language=\"C#\" %><% Label1.Text = Request[\"a\"]; %>",
        ),
        case(
            "asp_evaluates_what_a_visitor_sends",
            Asp,
            "<%ev¦al req¦uest(\"a\")%>",
            "<% Response.Write Request(\"a\") %>",
        ),
        case(
            "aspx_loads_code_a_visitor_sends",
            Asp,
            "<%@ Page %><% Assem¦bly.Lo¦ad(Request.Binary¦Read(1)).Create¦Instance(\"U\"); %>",
            "<%@ Page %><% Assembly.Load(\"Bao.Cao\").CreateInstance(\"U\"); %>",
        ),
        case(
            "asp_starts_command_line",
            Asp,
            "<% Set s = Server.Create¦Object(\"WScript.Sh¦ell\"): s.Ex¦ec(Req¦uest(\"a\")) %>",
            "<% Set s = Server.CreateObject(\"ADODB.Connection\"): s.Execute(Request(\"a\")) %>",
        ),
        case(
            "server_settings_run_pictures",
            Text,
            "AddTy¦pe application/x-http¦d-php .j¦pg",
            "AddType image/jpeg .jpg\nAddHandler application/x-httpd-php .php",
        ),
        case(
            "picture_holds_server_code",
            Gif,
            "GIF89a<?p¦hp system¦('khong'); ?>",
            "GIF89a<?xpacket begin='' id='W5M0'?>",
        ),
    ]
}
