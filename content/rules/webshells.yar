// What gives strangers a web server, if it is uploaded to one. Mostly for all types: such code hides in pictures and texts.
// Part of Khiên, Apache-2.0. How to write rules: docs/rules.md.

rule php_runs_what_a_visitor_sends {
    meta:
        title_vi = "Mã PHP chạy lệnh do người truy cập gửi tới (webshell)"
        title_en = "PHP runs what a visitor sends (webshell)"
        fix_vi = "Không tải tệp này lên máy chủ. Nếu tệp đã nằm trên máy chủ, hãy cách ly tệp và báo ngay đơn vị phụ trách an ninh mạng."
        fix_en = "Do not upload this file to a server. If it already lies on one, isolate it and tell those in charge of security at once."
        khien_effect = "blocked"
        attack = "T1505.003"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $php = "<?"
        $run = /\b(eval|assert|system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec|create_function)\s{0,8}\(\s{0,8}(@|base64_decode\s{0,4}\(\s{0,4}|gzinflate\s{0,4}\(\s{0,4}|str_rot13\s{0,4}\(\s{0,4}|stripslashes\s{0,4}\(\s{0,4}|trim\s{0,4}\(\s{0,4}|urldecode\s{0,4}\(\s{0,4}|hex2bin\s{0,4}\(\s{0,4}|strrev\s{0,4}\(\s{0,4}){0,3}\$_(GET|POST|REQUEST|COOKIE|SERVER|FILES)\b/ nocase
        $ticks = /`\s{0,4}\$_(GET|POST|REQUEST|COOKIE|SERVER|FILES)\b[^`\r\n]{1,60}`/
        $include = /\b(include|require)(_once)?\s{0,4}\(?\s{0,4}@?\$_(GET|POST|REQUEST|COOKIE)\b/ nocase
    condition:
        $php and ($run or $ticks or $include)
}

rule php_calls_function_a_visitor_names {
    meta:
        title_vi = "Mã PHP gọi hàm do người truy cập chọn (webshell)"
        title_en = "PHP calls a function that a visitor names (webshell)"
        fix_vi = "Không tải tệp này lên máy chủ. Nếu tệp đã nằm trên máy chủ, hãy cách ly tệp và báo ngay đơn vị phụ trách an ninh mạng."
        fix_en = "Do not upload this file to a server. If it already lies on one, isolate it and tell those in charge of security at once."
        khien_effect = "blocked"
        attack = "T1505.003"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $php = "<?"
        $direct = /\$_(GET|POST|REQUEST|COOKIE)\s{0,4}\[[^\]\r\n]{1,40}\]\s{0,4}\(\s{0,4}[@$]/
        $callback = /\b(call_user_func(_array)?|array_map|array_filter|usort|uasort|uksort|array_walk|register_shutdown_function)\s{0,4}\(\s{0,4}@?\$_(GET|POST|REQUEST|COOKIE)\b/ nocase
        $replace = /preg_replace\s{0,4}\(\s{0,4}["'][^"'\r\n]{1,40}\/[imsx]{0,4}e[imsx]{0,4}["']\s{0,4},\s{0,4}[^;\r\n]{0,60}\$_(GET|POST|REQUEST|COOKIE)\b/ nocase
    condition:
        $php and ($direct or $callback or $replace)
}

rule php_runs_packed_code {
    meta:
        title_vi = "Mã PHP bung và chạy một đoạn mã bị che giấu"
        title_en = "PHP unpacks and runs code that is hidden"
        fix_vi = "Không tải tệp này lên máy chủ. Nếu tệp đã nằm trên máy chủ, hãy cách ly tệp và báo ngay đơn vị phụ trách an ninh mạng."
        fix_en = "Do not upload this file to a server. If it already lies on one, isolate it and tell those in charge of security at once."
        khien_types = "php,text,picture,html"
        khien_effect = "suspicious"
        attack = "T1027"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $php = "<?php" nocase
        $run = /\b(eval|assert)\s{0,8}\(\s{0,8}@?(gzinflate|gzuncompress|gzdecode|str_rot13|base64_decode|strrev|hex2bin|convert_uudecode)\s{0,8}\(/ nocase
        $build = /\$[A-Za-z_0-9]{1,20}\s{0,4}=\s{0,4}(str_replace\s{0,4}\(\s{0,4}["'][^"'\r\n]{1,10}["']\s{0,4},\s{0,4}["']{2}\s{0,4},\s{0,4}["'][^"'\r\n]{0,60}(cr|e).{0,12}(ea|v)|["'](b|ba|bas)["']\s{0,2}\.\s{0,2}["'])/ nocase
        $call = /\$[A-Za-z_0-9]{1,20}\s{0,4}\(\s{0,4}["']{2}\s{0,4},\s{0,4}\$[A-Za-z_0-9]{1,20}\s{0,4}\(/
    condition:
        $php and ($run or ($build and $call))
}

rule php_is_known_webshell {
    meta:
        title_vi = "Tệp là webshell PHP phổ biến"
        title_en = "The file is a well-known PHP webshell"
        fix_vi = "Không tải tệp này lên máy chủ. Nếu tệp đã nằm trên máy chủ, hãy cách ly tệp và báo ngay đơn vị phụ trách an ninh mạng."
        fix_en = "Do not upload this file to a server. If it already lies on one, isolate it and tell those in charge of security at once."
        khien_effect = "blocked"
        attack = "T1505.003"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $php = "<?"
        $name1 = "FilesMan" fullword
        $name2 = /\bc99(shell|_buff|sh_)/
        $name3 = /\br57(shell|_pwd|_get)/
        $name4 = "b374k" nocase
        $name5 = "weevely" nocase
        $name6 = "IndoXploit" nocase
        $name7 = /\bWSO_VERSION\b/
        $name8 = "AnonymousFox" nocase
        $do1 = "shell_exec"
        $do2 = "passthru"
        $do3 = "base64_decode"
        $do4 = "move_uploaded_file"
        $do5 = "proc_open"
        $do6 = /\beval\s{0,4}\(/
    condition:
        $php and any of ($name*) and 2 of ($do*)
}

rule jsp_runs_what_a_visitor_sends {
    meta:
        title_vi = "Trang JSP chạy lệnh do người truy cập gửi tới (webshell)"
        title_en = "A JSP page runs what a visitor sends (webshell)"
        fix_vi = "Không tải tệp này lên máy chủ. Nếu tệp đã nằm trên máy chủ, hãy cách ly tệp và báo ngay đơn vị phụ trách an ninh mạng."
        fix_en = "Do not upload this file to a server. If it already lies on one, isolate it and tell those in charge of security at once."
        khien_effect = "blocked"
        attack = "T1505.003"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $page1 = "<%"
        $page2 = "<jsp:" nocase
        $run1 = /getRuntime\s{0,4}\(\s{0,4}\)\s{0,4}\.\s{0,4}exec\s{0,4}\(/
        $run2 = /new\s{1,4}ProcessBuilder\s{0,4}\(/
        $take1 = /request\s{0,4}\.\s{0,4}getParameter\s{0,4}\(/
        $take2 = /request\s{0,4}\.\s{0,4}getHeader\s{0,4}\(/
    condition:
        any of ($page*) and any of ($run*) and any of ($take*)
}

rule jsp_loads_code_a_visitor_sends {
    meta:
        title_vi = "Trang JSP nạp mã do người truy cập gửi tới vào máy chủ (webshell)"
        title_en = "A JSP page loads code that a visitor sends (webshell)"
        fix_vi = "Không tải tệp này lên máy chủ. Nếu tệp đã nằm trên máy chủ, hãy cách ly tệp và báo ngay đơn vị phụ trách an ninh mạng."
        fix_en = "Do not upload this file to a server. If it already lies on one, isolate it and tell those in charge of security at once."
        khien_effect = "blocked"
        attack = "T1505.003"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $page1 = "<%"
        $page2 = "<jsp:" nocase
        $define = "defineClass"
        $loader1 = /extends\s{1,4}ClassLoader/
        $loader2 = "URLClassLoader"
        $loader3 = "getSystemClassLoader"
        $take1 = "request.getReader"
        $take2 = "request.getParameter"
        $take3 = "request.getInputStream"
        $decode1 = "BASE64Decoder"
        $decode2 = "Base64"
        $decode3 = "javax.crypto"
    condition:
        any of ($page*) and $define and any of ($loader*) and any of ($take*) and any of ($decode*)
}

rule aspx_runs_what_a_visitor_sends {
    meta:
        title_vi = "Trang ASPX chạy lệnh do người truy cập gửi tới (webshell)"
        title_en = "An ASPX page runs what a visitor sends (webshell)"
        fix_vi = "Không tải tệp này lên máy chủ. Nếu tệp đã nằm trên máy chủ, hãy cách ly tệp và báo ngay đơn vị phụ trách an ninh mạng."
        fix_en = "Do not upload this file to a server. If it already lies on one, isolate it and tell those in charge of security at once."
        khien_effect = "blocked"
        attack = "T1505.003"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $page = "<%@" nocase
        $page2 = /<script[^>]{0,60}runat\s{0,2}=\s{0,2}["']?server/ nocase
        $take = /Request\s{0,2}(\.\s{0,2}(Form|QueryString|Item|Params|Headers|Cookies))?\s{0,2}[\[(]/ nocase
        $start1 = "ProcessStartInfo" nocase
        $start2 = "Process.Start" nocase
        $shell1 = "cmd.exe" nocase
        $shell2 = "powershell" nocase
        $shell3 = "/c " nocase
    condition:
        any of ($page*) and $take and any of ($start*) and any of ($shell*)
}

rule asp_evaluates_what_a_visitor_sends {
    meta:
        title_vi = "Trang ASP thi hành đoạn mã do người truy cập gửi tới (webshell)"
        title_en = "An ASP page evaluates what a visitor sends (webshell)"
        fix_vi = "Không tải tệp này lên máy chủ. Nếu tệp đã nằm trên máy chủ, hãy cách ly tệp và báo ngay đơn vị phụ trách an ninh mạng."
        fix_en = "Do not upload this file to a server. If it already lies on one, isolate it and tell those in charge of security at once."
        khien_effect = "blocked"
        attack = "T1505.003"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $page = "<%"
        $page2 = /<script[^>]{0,80}runat\s{0,2}=\s{0,2}["']?server/ nocase
        $run = /\b(eval|execute|executeglobal)\s{0,4}\(?\s{0,4}(Unescape\s{0,2}\(\s{0,2})?Request\s{0,2}(\.\s{0,2}(Item|Form|QueryString))?\s{0,2}[\[(]/ nocase
    condition:
        any of ($page*) and $run
}

rule aspx_loads_code_a_visitor_sends {
    meta:
        title_vi = "Trang ASPX nạp mã do người truy cập gửi tới vào máy chủ (webshell)"
        title_en = "An ASPX page loads code that a visitor sends (webshell)"
        fix_vi = "Không tải tệp này lên máy chủ. Nếu tệp đã nằm trên máy chủ, hãy cách ly tệp và báo ngay đơn vị phụ trách an ninh mạng."
        fix_en = "Do not upload this file to a server. If it already lies on one, isolate it and tell those in charge of security at once."
        khien_effect = "blocked"
        attack = "T1505.003"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $page = "<%@" nocase
        $load = /Assembly\s{0,2}\.\s{0,2}Load\s{0,2}\(/ nocase
        $load2 = /GetMethod\s{0,2}\(\s{0,2}["']Load["']/ nocase
        $take1 = "Request.BinaryRead" nocase
        $take2 = "Request.InputStream" nocase
        $take3 = /Convert\s{0,2}\.\s{0,2}FromBase64String\s{0,2}\(\s{0,2}(System\.Web\.)?(Context|Request)/ nocase
        $take4 = /Request\s{0,2}\[/ nocase
        $make1 = "CreateInstance" nocase
        $make2 = "RijndaelManaged" nocase
        $make3 = ".Invoke(" nocase
    condition:
        $page and any of ($load*) and any of ($take*) and any of ($make*)
}

rule asp_starts_command_line {
    meta:
        title_vi = "Trang ASP mở dòng lệnh của máy chủ (webshell)"
        title_en = "An ASP page opens the command line of the server (webshell)"
        fix_vi = "Không tải tệp này lên máy chủ. Nếu tệp đã nằm trên máy chủ, hãy cách ly tệp và báo ngay đơn vị phụ trách an ninh mạng."
        fix_en = "Do not upload this file to a server. If it already lies on one, isolate it and tell those in charge of security at once."
        khien_effect = "blocked"
        attack = "T1505.003"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $page = "<%"
        $shell = /CreateObject\s{0,2}\(\s{0,2}["']WScript\.Shell/ nocase
        $run = /\.(Exec|Run)\s{0,2}\(/ nocase
        $take = /Request\s{0,2}(\.\s{0,2}(Form|QueryString))?\s{0,2}\(/ nocase
    condition:
        all of them
}

rule server_settings_run_pictures {
    meta:
        title_vi = "Tệp cấu hình bắt máy chủ web chạy hình ảnh hoặc văn bản như mã PHP"
        title_en = "A settings file has a web server run pictures or texts as PHP"
        fix_vi = "Không tải tệp này lên máy chủ. Nếu tệp đã nằm trên máy chủ, hãy cách ly tệp và báo ngay đơn vị phụ trách an ninh mạng."
        fix_en = "Do not upload this file to a server. If it already lies on one, isolate it and tell those in charge of security at once."
        khien_types = "text"
        khien_effect = "blocked"
        attack = "T1505.003"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $handler = /(AddType|AddHandler)\s{1,8}[^\r\n]{0,40}(x-httpd-php|php[0-9]{0,2}-script)[^\r\n]{0,40}\.(jpe?g|png|gif|txt|pdf|docx?|zip|webp)\b/ nocase
        $match = /<FilesMatch\s{1,4}[^>\r\n]{0,80}(jpe?g|png|gif|txt|pdf)[^>\r\n]{0,40}>\s{0,40}SetHandler\s{1,4}[^\r\n]{0,30}php/ nocase
        $prepend = /auto_(prepend|append)_file\s{0,2}=?\s{0,2}["']?[^\r\n]{1,80}\.(jpe?g|png|gif|txt|pdf)\b/ nocase
    condition:
        any of them
}

rule picture_holds_server_code {
    meta:
        title_vi = "Hình ảnh có giấu mã chạy trên máy chủ"
        title_en = "A picture hides code that runs on a server"
        fix_vi = "Không tải tệp này lên máy chủ. Nếu tệp đã nằm trên máy chủ, hãy cách ly tệp và báo ngay đơn vị phụ trách an ninh mạng."
        fix_en = "Do not upload this file to a server. If it already lies on one, isolate it and tell those in charge of security at once."
        khien_types = "picture"
        khien_effect = "blocked"
        attack = "T1027.009"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $php = /<\?(php|=)/ nocase
        $asp = /<%\s{0,4}@?\s{0,4}(page|eval|execute|language|response)/ nocase
        $do1 = /\b(eval|assert|system|passthru|shell_exec|base64_decode|phpinfo)\s{0,4}\(/ nocase
        $do2 = /\$_(GET|POST|REQUEST|COOKIE|FILES)\b/
        $do3 = /\bRequest\s{0,2}[.(\[]/ nocase
        $do4 = "getRuntime"
    condition:
        ($php or $asp) and any of ($do*)
}
