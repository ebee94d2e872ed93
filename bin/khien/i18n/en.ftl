### Every sentence a user reads, in English. Whole sentences, plain words.

## Help

help = Khiên checks a machine against a cyber-security directive and shows what falls short, why, and how to mend it.
help-after =
    To begin:
      khien check                      checks this machine
      khien check --all                the same, listing what passes too
      khien check --format html --output result.html

    Exit codes: 0 nothing fails; 1 something fails; 2 wrong use or bad input;
    3 nothing could be judged.

    Tiếng Việt: khien --lang vi --help
help-heading-usage = Usage:
help-heading-commands = Commands
help-heading-options = Options
help-heading-arguments = Arguments
help-value-url = ADDRESS
help-value-addr = ADDRESS:PORT
help-value-login = LOGIN
help-value-command = COMMAND
help-value-options = {"["}OPTIONS]
help-value-id-file = ID|FILE
help-value-dir = DIR
help-value-file = FILE
help-value-time = TIME
help-value-name = NAME
help-value-clause = CLAUSE
help-value-control = CONTROL
help-lang = The language: vi (Vietnamese, the default) or en (English). The environment variable KHIEN_LANG sets it too.
help-help = Prints this help.
help-version = Prints the version.

help-check = Checks this machine (or given facts) against the directive and prints the result.
help-check-after =
    Exit codes: 0 nothing fails; 1 something fails; 2 wrong use or bad input;
    3 nothing could be judged.

    With administrator rights (sudo) more can be checked. Khiên only reads; it changes nothing on the machine.
help-check--directive = The directive: the id of a shipped one (see "khien directive list") or the path of a file. The default is the shipped one that applies.
help-check--root = Checks the system in this folder (a mounted disk, a test machine) instead of the running machine.
help-check--facts = Collects nothing but judges the facts in a JSON file written by "khien facts". "-" reads standard input.
help-check--at = Judges for this moment instead of now: 2026-06-30T08:00:00+07:00, 2026-06-30 or 30/06/2026. A day alone means its end. Without an offset it is Vietnamese time.
help-check--only = Only these clauses, e.g. --only 4.1 4.6. With 4 come 4.1, 4.2, …
help-check--format = How to write the result: text (for a terminal, the default), json (for programs), html (a page to read and print).
help-check--output = Writes the result to this file instead of printing it; - stands for the screen.
help-check--all = Lists what passes too.

help-facts = Collects the facts of this machine and prints them as JSON. Never passwords, cookies or messages; names of accounts, programs, shares and files do appear.
help-facts--root = Collects from the system in this folder instead of the running machine.
help-facts--at = Notes this moment as the time of collection; only together with --root.
help-facts--schema = Prints the JSON Schema of facts.

help-directive = Works with directive files.
help-directive-list = Lists the directives shipped inside the program.
help-directive-check = Checks directive files and shows every mistake with its line and column.
help-directive-check--files = The files to check.
help-directive-explain = Explains a control: its basis, parameters, the facts it reads, how to mend it.
help-directive-explain--control = The control's id, e.g. antivirus-running.
help-directive-explain--directive = The directive: an id or the path of a file.
help-directive-explain--at = Shows the parameter values in force at this moment.
help-directive-schema = Prints the JSON Schema of directive files, for editors.
help-directive-test = Runs the examples written in a directive.
help-directive-test--directives = The id of a shipped directive or the path of a file.

## Errors

problem = Error: { $what }
problem-unknown-argument = there is no option "{ $argument }".
problem-unknown-command = there is no command "{ $command }".
problem-missing-command = nothing to do was named.
problem-missing-value = { $argument } needs a value.
problem-bad-value = "{ $value }" cannot be used for { $argument }.
problem-arguments-conflict = { $argument } cannot be used together with { $other }.
problem-argument-twice = { $argument } is there twice.
problem-missing-argument = { $argument } is missing.
problem-too-many-values = { $argument } has too many values.
problem-argument-not-text = an argument is not UTF-8 text.
problem-misuse = wrong use: { $detail }
problem-bad-language-variable = the environment variable { $variable } is "{ $value }", which is not a language of this program.
problem-bad-moment = "{ $written }" is not a moment in time.
problem-missing = "{ $path }" was not found.
problem-is-folder = "{ $path }" is a folder, not a file.
problem-is-no-folder = "{ $path }" is not a folder.
problem-no-rights = no right to read "{ $path }".
problem-cannot-read = "{ $path }" cannot be read: { $detail }
problem-cannot-write = "{ $path }" cannot be written: { $detail }
problem-too-large = "{ $path }" is larger than the { $limit } MiB that are taken in.
problem-not-text = "{ $path }" is not UTF-8 text (line { $line }).
problem-unknown-directive = no directive has the id or file name "{ $name }".
problem-no-directive-at = no shipped directive applies at { $moment }.
problem-bad-directive = { $errors ->
    [one] The directive has 1 mistake.
   *[other] The directive has { $errors } mistakes.
}
problem-unknown-clause = the directive has no clause "{ $clause }" for this kind of subject.
problem-unknown-control = the directive { $directive } has no control "{ $control }".
problem-at-without-root = --at of "khien facts" goes together with --root only.

problem-kind-empty = "{ $path }" is empty.
problem-kind-utf16 = "{ $path }" is text in UTF-16; facts are in UTF-8.
problem-kind-archive = "{ $path }" is an archive or an Office file (.zip, .xlsx, .docx), not a file of facts.
problem-kind-pdf = "{ $path }" is a PDF file, not a file of facts.
problem-kind-markup = "{ $path }" is HTML or XML, not a file of facts.
problem-kind-report = "{ $path }" is the report of a check, not the facts that were checked.
problem-kind-no-object = "{ $path }" is JSON, but not in the form of facts.
problem-facts-not-json = "{ $path }" is not JSON (line { $line }, column { $column }).
problem-facts-unknown-field = "{ $path }", line { $line }, column { $column }: there is no field "{ $field }".
problem-facts-unknown-word = "{ $path }", line { $line }, column { $column }: there is no value "{ $field }".
problem-facts-missing-field = "{ $path }", line { $line }, column { $column }: the field "{ $field }" is missing.
problem-facts-wrong-type = "{ $path }", line { $line }, column { $column }: a value of the wrong type.
problem-facts-other = "{ $path }", line { $line }, column { $column }: not in the form of facts.

hint-did-you-mean = Did you mean: { $meant }
hint-known = Possible: { $known }
hint-help = How to use it: { $command } --help
hint-first-steps = To check this machine: khien check. How to use it: khien --help
hint-one-of-both = Choose one of them.
hint-moment = Write it like 2026-06-30T08:00:00+07:00, 2026-06-30 or 30/06/2026
hint-missing = Look at the name and the folder again.
hint-is-folder = Give the path of a file in that folder.
hint-is-no-folder = Give the path of the top folder of the system to check.
hint-no-rights = Run it again with administrator rights (sudo), or ask for the right to read.
hint-too-large = Facts of one machine are usually smaller than 1 MiB. Perhaps this is the wrong file.
hint-not-text = Save the file as UTF-8.
hint-directive-file = If it is a file, give its path, e.g. ./directive.yaml
hint-list-controls = To see the ids of the controls: khien check --all
hint-facts-shape = The file must look like what "khien facts" writes. The schema: khien facts --schema
hint-detail = Technical detail: { $detail }

## Progress

progress = Looking at this machine… { $done }/{ $total } ({ $area })

## Directives

list-controls = { $clauses ->
    [one] 1 clause
   *[other] { $clauses } clauses
}, { $controls ->
    [one] 1 control
   *[other] { $controls } controls
}
list-now = applies now
check-good = { $file }: no mistakes ({ $clauses ->
    [one] 1 clause
   *[other] { $clauses } clauses
}, { $controls ->
    [one] 1 control
   *[other] { $controls } controls
}).
check-errors = { $errors ->
    [one] 1 error
   *[other] { $errors } errors
}, { $warnings ->
    [one] 1 warning
   *[other] { $warnings } warnings
} in { $files ->
    [one] 1 file
   *[other] { $files } files
}.
explain-clause = Clause
explain-subject = Subject
explain-severity = Severity
explain-fresh = Facts older than { $length } count as unknown
explain-params = Parameters
explain-param-none = no value is in force at this moment
explain-facts = Facts it reads
explain-check = The check
test-good = { $directive }: all { $examples } examples are right.
test-bad = { $directive }: { $failed } of { $examples } examples are wrong.
test-example = { $control } › { $name }: expected { $expected }, but it is { $actual }

## The server

help-up = Start Khiên on this machine from nothing: database, directive, web pages, and a check of this very machine.
help-up--demo = Add a fictional province (units, people, devices, 90 days of facts) to see the whole.
help-up--accept_notice = Accept the monitoring notice for this machine without being asked.
help-up--config = The file with the settings. Without it /etc/khien/khien.toml is used if it is there.
help-up--data = The folder for everything the server keeps on this machine.
help-up--database = The database: sqlite://… or postgres://…
help-up--listen = Address and port for connections with TLS, e.g. 0.0.0.0:8443.
help-up--http = Address and port for connections without TLS: on this machine only, or behind a proxy.
help-up--public_url = The address by which people and other machines reach the server.

help-serve = Run the server by its settings until it is told to stop.
help-serve--config = The file with the settings. Without it /etc/khien/khien.toml is used if it is there.
help-serve--data = The folder for everything the server keeps on this machine.
help-serve--database = The database: sqlite://… or postgres://…
help-serve--listen = Address and port for connections with TLS, e.g. 0.0.0.0:8443.
help-serve--http = Address and port for connections without TLS: on this machine only, or behind a proxy.
help-serve--public_url = The address by which people and other machines reach the server.

help-config = Look at the settings of the server and check them.
help-config-check = Check the settings and show every mistake with its line and column.
help-config-check--config = The file with the settings. Without it /etc/khien/khien.toml is used if it is there.
help-config-check--data = The folder for everything the server keeps on this machine.
help-config-check--database = The database: sqlite://… or postgres://…
help-config-check--listen = Address and port for connections with TLS, e.g. 0.0.0.0:8443.
help-config-check--http = Address and port for connections without TLS: on this machine only, or behind a proxy.
help-config-check--public_url = The address by which people and other machines reach the server.
help-config-show = Print every setting with where its value comes from. Passwords are masked.
help-config-show--config = The file with the settings. Without it /etc/khien/khien.toml is used if it is there.
help-config-show--data = The folder for everything the server keeps on this machine.
help-config-show--database = The database: sqlite://… or postgres://…
help-config-show--listen = Address and port for connections with TLS, e.g. 0.0.0.0:8443.
help-config-show--http = Address and port for connections without TLS: on this machine only, or behind a proxy.
help-config-show--public_url = The address by which people and other machines reach the server.
help-config-openapi = Print what programs may ask of the server, described for programs (OpenAPI 3.1).

config-good = The settings can be used. There is no file; they come from the environment and the defaults.
config-good-file = "{ $path }": the settings can be used.
config-unset = (not set)
config-from-default = default
config-from-file = { $path }, line { $line }
config-from-variable = environment variable { $variable }
config-from-typed = command line

problem-settings = the settings have { $count ->
    [one] 1 mistake
   *[other] { $count } mistakes
}:
settings-not-toml = the file is not TOML: { $detail }
settings-unknown = there is no setting "{ $name }".
settings-unknown-variable = the environment variable { $name } is no setting.
settings-value-whole = a whole number is needed.
settings-value-list = a list is needed, e.g. ["a", "b"].
settings-value-text = a text in double quotes is needed.
settings-value-word = possible: { $words }
settings-value-range = a number from { $least } to { $most } is needed.
settings-value-address = an IP address with a port is needed, e.g. 0.0.0.0:8443 or [::1]:8480.
settings-value-url = an https:// or http:// address without a path is needed.
settings-value-database = a sqlite:// or postgres:// address is needed.
settings-value-length = empty or too long.
settings-value-form = not as it must be: { $detail }.
settings-no-listener = listen.https or listen.http must be set.
settings-open-http = listen.http = { $address }: without TLS connections are taken on this machine only, or behind a proxy that does TLS (listen.behind_proxy = true).
settings-half-tls = tls.certificate and tls.key must be set together.
settings-no-authority = tls.authority must be set: the certificate of the authority that issued the server's, so that devices trust the right server.
settings-half-openid = with openid.issuer, openid.client_id and public_url must be set too.
settings-half-mail = with mail.host, mail.from must be set too.
settings-log-level = log.level cannot be used: { $detail }

server-cannot-listen = cannot take connections at { $address }: { $detail }
server-hint-taken = Another program uses this port, perhaps a Khiên server that is running. Stop it, or choose another port with --listen and --http.
server-hint-listen = See whether the address belongs to this machine; ports below 1024 need administrator rights.
server-no-tls = the TLS certificate cannot be used: { $detail }
server-hint-tls = Look at the files of tls.certificate, tls.key and tls.authority, or at the rights in the data folder.
server-no-database = the database cannot be opened: { $detail }
lock-running = a Khiên server is running on these data
lock-hint-running = Nothing was changed. Stop the server and run this again.
lock-replaced = the data in this folder are being restored
lock-hint-replaced = Wait until that is done and start again.
database-no-address = “{ $given }” is no address of a database
database-away = the database does not answer ({ $detail })
database-hint-place = The database was looked for in: { $place }. If the server keeps it elsewhere, add --data FOLDER, --database ADDRESS or --config FILE.
database-place-told = the address that the settings give
database-hint-away = Check that the database is running, that its path or address is right and that it may be read and written: khien config show
database-disk-full = the disk of the database is full ({ $detail })
database-hint-disk-full = Make room on that disk and try again. What was written is kept.
database-read-only = the database may only be read ({ $detail })
database-hint-read-only = Let this program write to the file and the folder of the database; with PostgreSQL, check whether the server is a standby.
database-locked = another program holds the database ({ $detail })
database-hint-locked = Find that program, perhaps a running Khiên server, stop it and try again.
database-busy = the database has too much to do ({ $detail })
database-hint-busy = Try again in a few minutes.
database-damaged = the database is damaged ({ $detail })
database-hint-damaged = Nothing was changed. Put a backup back: khien restore
server-trouble = the server cannot be prepared: { $detail }
server-hint-trouble = Look at the log: set KHIEN_LOG_LEVEL=info and run it again.

serve-ready = The server is running at { $address }
serve-invitation = Nobody can sign in yet. The one-time link that makes the first administrator is in the file { $path }
serve-stopped = The server has stopped.
up-ready = Khiên is running. Open on this machine: { $address }
up-invitation = Make the first administrator with this one-time link, good for { $hours } hours:
    { $link }
up-others = Other machines reach it and enrol at: { $address }
up-authority = For browsers on other machines to trust the server, install the certificate: { $path }
up-data = The data is in: { $path }
up-stop-by = Press Ctrl+C to stop.
up-first-unit = My unit
up-enrolled = This machine is enrolled and checked; the findings are on the pages.
up-agent-failed = this machine cannot be enrolled: { $detail }
up-notice-question = Do you accept this notice for the machine in front of you? [y = yes, n = no]
up-notice-accepted = { $who } has accepted this notice by --accept-notice.
up-notice-refused = This machine is not enrolled and nothing is collected. The server keeps running.
up-notice-unasked = This machine is not enrolled: nobody has accepted the monitoring notice. Run it again with --accept-notice to accept it and check this machine.
up-demo = A fictional province was made: { $units } units, { $people } people, { $devices } devices. Sign in with the password { $password } and one of these names:
up-demo-progress = Making the fictional province: day { $day }/{ $of }
up-demo-half = the fictional province in this folder is not finished, because it was stopped in the middle
up-demo-half-hint = Remove that data folder, or choose an empty one with --data, and start again.
up-demo-in-use = this database is in use
up-demo-administrator = Only the administrator needs a second factor too: the page says how to set it up with an app on the phone.
up-demo-known = The fictional province was there already; the password is the one printed the first time.
up-demo-begins = A fictional province with 90 days of data is being made; the pages open when it is done.
up-demo-failed = the fictional province cannot be made: { $detail }
up-demo-hint = Fiction is never mixed with facts: choose an empty folder with --data.

## Backups and databases

help-invite = Make a one-time link by which somebody chooses a new password, when nobody else can help. On the machine of the server.
help-invite--login = What they type to sign in.
help-invite--reset_second_factor = Take the second factor and the recovery codes away too, when the phone is lost. Every open session ends.
help-invite--config = The file with the settings. Without it /etc/khien/khien.toml is used if it is there.
help-invite--data = The folder for everything the server keeps on this machine.
help-invite--database = The database: sqlite://… or postgres://…
help-invite--listen = Address and port for connections with TLS, e.g. 0.0.0.0:8443.
help-invite--http = Address and port for connections without TLS: on this machine only, or behind a proxy.
help-invite--public_url = The address by which people and other machines reach the server.
help-backup = Write everything the server remembers into one file, while it runs.
help-backup--file = The file to write.
help-backup--replace = Write over a file that is already there.
help-backup--config = The file with the settings of the server.
help-backup--data = The folder for everything the server keeps on this machine.
help-backup--database = The database: sqlite://… or postgres://…
help-restore = Put everything back from a backup, all of it or nothing.
help-restore--file = The backup.
help-restore--replace = Replace what is in the database now.
help-restore--config = The file with the settings of the server.
help-restore--data = The folder for everything the server keeps on this machine.
help-restore--database = The database: sqlite://… or postgres://…
help-db = Look after the database.
help-db-move = Carry everything into another, empty database and compare it row by row.
help-db-move--to = The other database: sqlite://… or postgres://…
help-db-move--config = The file with the settings of the server.
help-db-move--data = The folder for everything the server keeps on this machine.
help-db-move--database = The database to carry from: sqlite://… or postgres://…
help-audit = Look after the audit log.
help-audit-verify = Go along the whole audit log and show the first entry that somebody has changed.
help-audit-verify--config = The file with the settings of the server.
help-audit-verify--data = The folder for everything the server keeps on this machine.
help-audit-verify--database = The database: sqlite://… or postgres://…

data-progress = { $table }: { $rows } rows
invite-link =
    The link by which { $name } chooses a new password, good once, until { $moment }:
    { $link }
invite-local-address = This address opens on the server itself only. From another machine, put the address that others use in front instead, or set public_url in the settings.
invite-second-factor-gone = The second factor is gone and is set up anew after the password.
invite-second-factor-stays = After the password the second factor is still asked for. If the phone and the recovery codes are lost, add --reset-second-factor.
invite-unknown = nobody signs in as "{ $login }"
invite-hint-administrators = Administrators of everything: { $known }
invite-hint-nobody = There is no administrator yet. Start the server again: it gives the link for the first one.

backup-made = "{ $path }" is whole: { $rows } rows, { $kib } KiB.
backup-sum = SHA-256 of its contents: { $sha256 }
backup-not-in-it = Not in it: the settings and the certificates in { $path }. Keep a copy of that folder too, and keep both secret.
backup-disk-full = there is no room to write "{ $path }"
backup-exists = there is a file "{ $path }" already
backup-hint-exists = Choose another name, with the date in it for example, or add --replace to write over it.
backup-hint-disk-full = Make room or choose another disk. Nothing half-written was left behind.
restore-done = { $place }: { $rows } rows are back, as of { $at }.
restore-no-backup = "{ $path }" is not a backup of Khiên
restore-hint-no-backup = Name a file that "khien backup" has written.
restore-damaged = the backup "{ $path }" is damaged: { $detail }
restore-hint-damaged = Nothing was changed. Take another copy of it or an older backup.
restore-newer = the backup "{ $path }" was made by a newer version of Khiên (version { $found } of its form; this program knows { $known })
restore-hint-newer = Nothing was changed. Install that version first.
restore-not-empty = the database is in use: { $table } has { $rows } { $rows ->
    [one] row
   *[other] rows
}
restore-hint-not-empty = Nothing was changed. To replace everything that is in it, stop the server and add --replace.
move-hint-not-empty = Nothing was changed. Name an empty database.
move-same = "{ $place }" cannot be moved to itself
move-differs = the table { $table } does not read as it was written
move-hint-differs = Nothing was kept. Try again; if it happens again, check the disk and the other database.
move-done = Everything is in { $to } too ({ $rows } rows), compared row by row with { $from }.
move-next = Now set "database" to the new address and start the server. The old database was not changed: what is entered there from now on is not carried over.
audit-empty = The audit log has no entry: nothing was ever recorded in this database. Check that it is the one you mean.
audit-whole = The audit log is whole: { $entries } { $entries ->
    [one] entry
   *[other] entries
}, none changed, removed or slipped in.
audit-last = Hash of the last entry: { $hash }
    Keep it where nobody who can write to the database can reach it; compare it the next time.
audit-broken = The audit log is broken at entry { $number }: { $what }.
audit-missing = the entry is missing
audit-changed = the entry was changed
audit-not-following = the entry does not follow the one before it

## Passwords

help-password = Check passwords.
help-password-check = See whether a password you mean to set keeps the rules and is hard to guess. It is typed without being shown (or read from standard input), judged on this machine only, and neither stored, printed nor sent.
help-password-check--login = The name of the account that will use it, to see whether the password contains it.
help-password-check--second_factor = The account has a second factor: less is asked of the password.
help-password-check--directive = The directive with the parameters about passwords: the id of a shipped one (see "khien directive list") or the path of a file. The default is the shipped one that applies.
help-password-check--at = Judge by the rules in force at this moment.
password-prompt = The password you mean to set (it is not shown):{" "}
password-cannot-ask = the password cannot be asked for at the terminal: { $detail }
password-empty = there is no password to judge
password-lines = a password is one line
password-hint-pipe = Run the command in a terminal and type the password, or hand exactly one line to standard input.
password-rule-letters = At least { $number } characters.
password-rule-classes = At least { $number } of 4 kinds: small letters, capitals, digits, other characters.
password-rule-length = No longer than { $number } bytes.
password-rule-login = Not containing the account name.
password-rule-common = Not a common one, which is tried first.
password-rule-score = As hard to guess as level { $number } of 4, or harder.
password-rule-reuse = None of the last { $number } passwords.
password-source = (By { $source }.)
password-no-login = To have it judged, add --login and the account name.
password-no-past = Only the system of the account knows earlier passwords.
password-strength = Hard to guess: level { $score } of { $most }; whoever guesses needs about 10^{ $power } tries.
password-advice-row-of-keys = Rows of neighbouring keys are easy to guess.
password-advice-repeats = Repeated letters or groups hardly make it harder to guess.
password-advice-known = It is, or resembles, a password that many people use, or a word of the office.
password-advice-sequence = Counting up or down (abc, 6543) is easy to guess.
password-advice-date = Years and dates are easy to guess, most of all those of your own life.
password-advice-one-word = A word by itself is easy to guess.
password-advice-name = Names are easy to guess.
password-advice-disguise = A capital in front, a reversed word or signs for letters (@ for a) hardly help.
password-advice-more-words = One or two more unrelated words help most.
password-forgotten = The password was judged on this machine only; nothing keeps it.

## Accounts

help-accounts = Read accounts from other systems.
help-accounts-read = Read accounts from an LDAP directory or Active Directory and say what would be known of them: a dry run. It only reads, always over TLS, and keeps nothing.
help-accounts-read--ldap = The address: ldaps://HOST[:PORT], or ldap://HOST[:PORT] (which changes to TLS before anything is sent).
help-accounts-read--system = The name of the system that the accounts belong to. The default is the name of the host.
help-accounts-read--bind = Read under this name (a DN, or name@domain with Active Directory).
help-accounts-read--password_file = A file with the password in its first line. Without it the terminal is asked.
help-accounts-read--ca = A PEM file: trust these certificates and no others. Without it those are trusted that this machine trusts.
help-accounts-read--base = Where the search begins. The default is the root of the directory.
help-accounts-read--filter = The filter (RFC 4515) that chooses accounts. The default is accounts of people.
help-accounts-read--administrators = The DN of a group whose direct members administrate; may be given several times.
help-accounts-read--json = Print the facts of each account, one JSON document a line.
help-value-dn = DN
help-value-filter = FILTER
accounts-password = The password for reading the directory (it is not shown):{" "}
accounts-no-terminal = there is no terminal to type at
accounts-hint-password-file = Write the password into a file that only you can read and use --password-file.
accounts-kind-active-directory = Active Directory
accounts-kind-plain = LDAP directory
accounts-read = { $kind }, from { $base }: { $accounts } accounts of the system { $system }
accounts-enabled = open: { $yes } (unknown: { $unknown })
accounts-administrators = administrators: { $yes } (unknown: { $unknown })
accounts-changed = day of the last password change known: { $yes } (unknown: { $unknown })
accounts-initial = initial password still in use: { $yes } (unknown: { $unknown })
accounts-must-change = must change the password at the next login: { $yes } (unknown: { $unknown })
accounts-never-expires = password never expires: { $yes } (unknown: { $unknown })
accounts-used = last use known: { $yes } (unknown: { $unknown })
accounts-mail = with a mailbox: { $yes } (unknown: { $unknown })
accounts-no-login = left out { $name }: it has no login
accounts-odd-login = left out { $name }: its login is too long or has odd characters
accounts-same-login = left out { $name }: another entry has the same login
accounts-skipped-more = and { $count } other entries that were left out
accounts-referral = Part of the directory is on another server, which is not asked: { $server }
accounts-nothing-kept = This was a dry run: nothing was kept, and nothing was changed in the directory.

## Case data

help-value-title = NAME
help-cases = Check the data of the case-management software (clause 1.4).
help-cases-check = Check a list of cases exported from the case-management software: legal time limits, entry lag, cases left untouched, rows that lack something or contradict themselves. The names of parties are not read.
help-cases-check--file = The list, .xlsx or .csv.
help-cases-check--unit = Only the rows of this unit, written as in the list.
help-cases-check--mapping = A JSON file that says which column holds what: {"{"}"so_thu_ly": "Case no.", …{"}"}. Columns that it does not name are recognized by their titles.
help-cases-check--directive = The directive: an id or a file. By default the shipped one in force.
help-cases-check--at = Check as of this moment instead of now.
help-cases-check--exported = When the list was exported. By default when the file was written.
help-cases-check--json = Print the result for other programs.
help-cases-check--all = Print every row to correct and not only the first ones of each kind.

cases-progress = { $rows } rows read
cases-titles = The columns of the list: { $titles }
cases-columns-todo = Export the list again with all columns, or say which column holds what with --mapping.
cases-head = { $file }: { $cases } cases, of which { $open } are not closed
cases-dropped = Columns about parties were not read: { $titles }
cases-summary = in time { $timely }, late { $late }, undated { $undated }, limit to be checked { $unsourced }; share in time { $share }, median entry lag { $lag }; to be looked at { $ageing }, left untouched { $stale }, incomplete { $incomplete }, inconsistent { $inconsistent }
cases-limit = { $limit }: in time { $kept }, late { $missed }, undated { $undated }.
cases-limit-no-column = { $limit }: the list has no columns to tell.
cases-limit-unsourced = To be checked against the law: { $count } cases, as no source gives the limit on the day of the event.
cases-limit-uncovered = The calendar of working days does not cover { $count } cases.
cases-total = Row { $row }: the column { $column } says { $said } in total, its rows add up to { $summed }.
cases-units = By unit
cases-officers = By enforcement officer (for use inside the unit only)
cases-no-unit = (no unit given)
cases-remark = row { $row }, case { $case }: { $column }
cases-more = … and { $count } more
cases-exported-told = Exported on { $day } (as --exported says).
cases-exported-of-file = Exported on { $day } (taken from when the file was written; if that is wrong, add --exported YEAR-MONTH-DAY).
cases-exported-future = the list is said to be exported on { $day }, after the day of the check, { $today }.
cases-exported-future-todo = Give the day on which the case-management software exported the list, e.g. --exported 2026-11-20.
cases-no-unit-column-todo = Leave --unit out, or say which column holds the unit with --mapping.
cases-because = because { $name }: { $value }
cases-findings = Results by { $directive }, clause 1.4 (the head's review is recorded on the server):

## Looking into files before an upload

help-value-path = PATH
help-scan = Looks into files before they are uploaded: opens every layer, says what was found, where, and what to do. What cannot be opened is “not inspected”, never clean.
help-scan--paths = The files to look into; for a folder add --recursive.
help-scan--recursive = Looks into every file in a folder and the folders below it.
help-scan--json = Prints the result for other programs.
help-scan--sarif = Prints the result as SARIF 2.1.0.
help-scan--all = Prints every sign, also those that are only good to know.
help-scan--quarantine = Moves blocked files into this folder.
help-scan--watch = Looks after this folder: clean files go on to --clean, all others to --quarantine. Runs until it is stopped.
help-scan--clean = Where clean files go, together with --watch.
help-scan--passwords = A file of passwords to try on encrypted files, one on each line.
help-scan--settings = A file of settings (TOML): limits and the policy of the organisation.
help-scan-after = Exit codes: 0 clean; 1 a file is blocked; 2 wrong use, or a file that cannot be read or not be quarantined; 3 suspicious, not inspected, links that were not followed, or no file at all.
scan-progress = looking into { $number } of { $count }: { $file }
scan-file = { $file }: { $verdict }
scan-finding = { $node }: { $title }
scan-reason = { $node }: not inspected, because { $why }
scan-evidence = seen: { $evidence }
scan-evidence-at = seen at { $place }: { $evidence }
scan-at-offset = byte { $offset }
scan-at-line = line { $line }
scan-at-field = { $field }
scan-todo = What to do: { $todo }
scan-todo-encrypted = Send it without a password, or write the password into a file and add --passwords FILE.
scan-todo-limit = Split it and look into each part.
scan-todo-damaged = Ask the sender for the original, or open it with the program that made it and save it again.
scan-todo-unsupported = Save it in a common form (PDF, DOCX, ZIP) and look into it again.
scan-more = … and { $count } more; add --all to see them.
scan-summary = { $files } files: clean { $clean }, suspicious { $suspicious }, not inspected { $unread }, blocked { $blocked }.
scan-quarantined = Moved into quarantine: { $path }
scan-moved = Moved to: { $path }
scan-watching = Looking after { $watched }; clean files go to { $clean }. Stop with Ctrl+C.
scan-left = "{ $path }" is left where it is: only files that lie in the folder itself are looked into, not folders, links, pipes and devices.
scan-folder-in-watched = "{ $path }" lies in the folder that is looked after.
scan-clean-in-quarantine = the folder of clean files "{ $path }" and the quarantine lie in each other.
scan-folders-apart-todo = Use three folders of which none lies in another, for example --watch IN --clean OUT --quarantine KEPT.
scan-settings = the settings "{ $path }" have { $count } mistakes:
scan-settings-not-toml = "{ $path }", line { $line }, column { $column }: not TOML.
scan-settings-unknown = "{ $path }", line { $line }, column { $column }: there is no setting "{ $word }".
scan-settings-value = "{ $path }", line { $line }, column { $column }: there is no value "{ $word }".
scan-settings-missing = "{ $path }", line { $line }, column { $column }: the setting "{ $word }" is missing.
scan-settings-wrong = "{ $path }", line { $line }, column { $column }: this value cannot be used.
scan-settings-range = line { $line }, column { $column }: { $name } needs a number from { $least } to { $most }.
scan-settings-effect = line { $line }, column { $column }: { $name }: no finding has that id; for a rule, write "rule:NAME".
scan-no-worker = cannot start the process that looks into files: { $detail }
scan-no-worker-todo = It runs isolated, which needs Linux with seccomp; in a container, allow seccomp.
problem-no-regular-file = "{ $path }" is a pipe, a socket or a device, not a file: it is not opened.
hint-no-regular-file = Copy its content into a file and look into that.
scan-link = links are not followed
scan-links = { $count } links in folders were not followed: what they lead to was not looked into.
scan-no-files = There was no file to look into.
scan-quarantine-link = "{ $path }" is a link and was not moved into quarantine; the blocked file is where it was.
scan-quarantine-link-todo = Look into the file itself and quarantine that: { $path }
scan-quarantine-failed = "{ $path }" could not be moved into quarantine; the blocked file is where it was. { $place }: { $detail }
scan-quarantine-failed-todo = The right to write is needed in the folder of the file and in that of the quarantine.
problem-too-many-files = there are more than { $limit } files.
hint-recursive = Add --recursive to look into every file in the folder.
hint-too-many-files = Look into one folder below it after the other.
help-scan--receipt = Writes a signed receipt into this file: who, when, which files, what came of it.
help-scan--key = The key that signs the receipt; a new one is made where there is none. By default the user's own.
help-receipt = Works with receipts of scans.
help-receipt-verify = Shows a receipt and verifies that nothing in it was changed. Exit codes: 0 clean; 1 a file is blocked; 2 the receipt was changed, is signed with another key or is none; 3 a file is suspicious or not inspected.
help-receipt-verify--file = A receipt that khien scan --receipt wrote.
help-receipt-verify--key = The key that must have signed: what stands behind "Signing key", or a file with it.
receipt-head =
    The receipt is whole.
    Time: { $at }
    Scanned by: { $by }, machine { $machine }
    Program: { $program }; rules: { $rules }
    Signing key: { $key }
receipt-file = { $name }: { $verdict } (SHA-256 { $sha256 })
receipt-changed = the receipt "{ $path }" was changed: its signature does not fit what it says.
receipt-unread = { $name }: { $verdict }, because { $why }
receipt-over-scanned = "{ $path }" is one of the files that are looked into: a receipt there would destroy it.
receipt-over-other = "{ $path }" is there already and is no receipt: a receipt there would destroy it.
receipt-elsewhere = What stands behind --receipt is the name of the new receipt, for example --receipt receipt.json.
receipt-changed-todo = Do not believe it. Ask who looked into the files for the original.
receipt-key-unknown = The signature shows only that nothing was changed since the holder of this key signed it. To know who that is, compare the key with the one that they told you, or add --key KEY.
receipt-key-expected = The signing key is the expected one.
receipt-other-key = the receipt is signed with the key { $key }, not with the expected { $expected }.
receipt-other-key-todo = Anybody can sign a receipt of their own. Ask who looked into the files which key is theirs.
receipt-no-key = "{ $key }" is neither a key nor a file with one.
receipt-no-key-todo = A key is what khien receipt verify prints as "Signing key" (44 letters), or a file with that line, or the key file of who signed.
receipt-no-home = it is not known where the key for receipts lies.
receipt-no-home-todo = Name it with --key FILE.
help-icap = A gate that speaks ICAP, in front of Nextcloud, ownCloud, Squid, F5 …: not one byte of a blocked file leaves. Each file is a line of JSON.
help-icap--listen = Where to listen. By default 127.0.0.1:1344.
help-icap--certificate = The gate's certificate (PEM).
help-icap--key = The key of that certificate (PEM).
help-icap--name = What the gate is called in its journal.
help-icap--settings = A file of settings (TOML): scan, gate, icap, report.
help-icap--report_to = The Khiên server that the gate reports to, for example https://khien.office.example.
help-icap--token_file = The file with the token of the gate, made on the page of systems and gates.
help-icap--ca = The authority of the server's certificate (PEM), where this machine does not know it.
help-icap--spool = The folder that keeps what the server has not taken yet.
help-clamd = A gate that speaks as clamd does, for programs that know ClamAV. Each file is a line of JSON.
help-clamd--listen = Where to listen; nothing is encrypted, so it should be this machine only.
help-clamd--socket = A Unix socket instead of an address.
help-clamd--name = What the gate is called in its journal.
help-clamd--settings = A file of settings (TOML): scan, gate, clamd, report.
help-clamd--report_to = The Khiên server that the gate reports to, for example https://khien.office.example.
help-clamd--token_file = The file with the token of the gate, made on the page of systems and gates.
help-clamd--ca = The authority of the server's certificate (PEM), where this machine does not know it.
help-clamd--spool = The folder that keeps what the server has not taken yet.
gate-report-no-token = --report-to needs --token-file: the file with the token of the gate
gate-report-empty-token = there is no token of a gate in { $path }
gate-report-hint-token = Copy the token into this file. It is shown once, when a gate is added on the page Administration → Systems and gates; if it is lost, add another gate.
gate-report-address = "{ $address }" cannot be used: the server must be at https:// (at http:// on this machine only), or the token of the gate would be seen
gate-report-no-folder = there is no place for reports that wait: add --spool DIR
gate-clamd-needs-place = where the gate is asked is missing
gate-clamd-hint-place = Add --socket FILE (asked on the same machine) or --listen ADDR (over the network), such as --socket /run/khien/clamd.socket or --listen 127.0.0.1:3310.
gate-tls-no-certificate = there is no certificate in { $path }
gate-tls-unusable = { $path } cannot be used for TLS: { $detail }
gate-tls-hint = --certificate takes a PEM file with the certificate of the gate first and those above it; --key takes the private key (PEM) of that certificate.
gate-unknown-profile = the service "{ $service }" of the settings has the profile "{ $profile }", which does not exist
gate-hint-profile = Choose one of: { $known }.
gate-cannot-listen = cannot listen at { $place }: { $detail }
gate-place-taken = another program uses this address
gate-hint-taken = It may be another gate of Khiên, or clamd of ClamAV. Stop that program, or choose another address with --listen or --socket.
gate-place-is-none = this is no address of a network
gate-hint-address = Write the address and the port, such as --listen 127.0.0.1:1344.
gate-place-not-allowed = the right is missing
gate-place-elsewhere = this address is not one of this machine
gate-place-no-folder = there is no such folder
gate-hint-folder = Make the folder of the socket first, or choose another place.
gate-ready = The gate is ready at { $place }. Stop with Ctrl+C.
help-value-source = SOURCE
help-value-licence = LICENCE
help-value-text = TEXT
help-value-key = KEY
help-rules = Detection rules of others: fetch them, pack and sign them, verify them, load them on this machine.
help-rules-after =
    For example:
      khien rules pull reversinglabs signature-base -o rules
      khien rules pack rules --key sign.key --new-key -o office.khien-rules
      khien rules load office.khien-rules --trust KEY

    Exit codes: 0 done; 1 a pack is refused or broken; 2 wrong use.
help-rules-sources = Lists sources of rules that are worth it, with their licences. None of their rules are shipped.
help-rules-sources--json = Prints the result for other programs.
help-rules-pull = Fetches rules into a folder, and records where they come from, the licence, the day and the SHA-256.
help-rules-pull--out = The folder to write into, each source below it.
help-rules-pull--json = Prints the result for other programs.
help-rules-pack = Packs and signs rules; says which are used, which are left out, and why.
help-rules-pack--out = The pack is written into this file (.khien-rules).
help-rules-pack--key = The key that signs.
help-rules-pack--new_key = Makes a new key there. One that is there already is never replaced.
help-rules-pack--name = What the pack is called. By default as its file.
help-rules-pack--for_others = The pack is handed on to others: takes only licences that allow it.
help-rules-pack--all = Prints every rule that is left out.
help-rules-pack--json = Prints the result for other programs.
help-rules-verify = Verifies a pack: signature, licences, age, number of rules, mistakes.
help-rules-verify--pack = The pack.
help-rules-verify--key = A key that is trusted. By default those trusted on this machine.
help-rules-verify--rules = The folder of rules with the trusted keys.
help-rules-verify--all = Prints every rule that is left out.
help-rules-verify--json = Prints the result for other programs.
help-rules-load = Loads a pack, so that this machine scans with it. Gates that run take it up by themselves.
help-rules-load--pack = The pack.
help-rules-load--trust = Trusts this key from now on.
help-rules-load--force = Replaces a newer pack too.
help-rules-load--rules = The folder of rules. By default /var/lib/khien/rules for root, one's own for others.
help-rules-list = Lists the packs in use, their age, number of rules and licences, and the trusted keys.
help-rules-list--rules = The folder of rules.
help-rules-list--json = Prints the result for other programs.
help-rules-unload = Uses a pack no more.
help-rules-unload--name = The name of the pack, or the file of one that is broken.
help-rules-unload--rules = The folder of rules.
help-rules-trust = Trusts a key: packs that it signed are loaded.
help-rules-trust--public_key = The public key, 44 characters.
help-rules-trust--remove = Trusts it no more: packs that it signed are not used any more.
help-rules-trust--rules = The folder of rules.
help-scan--rules = The folder of loaded packs of rules. By default the machine's and one's own.
help-icap--rules = The folder of loaded packs of rules. By default the machine's and one's own.
help-clamd--rules = The folder of loaded packs of rules. By default the machine's and one's own.
rules-known =
    { $id }: { $name }, licence { $licence }
    {"  "}{ $url }
    {"  "}{ $note }.
rules-bad-key = “{ $key }” is no public key.
rules-bad-key-todo = Copy the whole key of 44 characters that khien rules pack has printed.
rules-unreadable = it cannot be read: { $detail }
rules-no-home = it is not known where packs of rules lie.
rules-no-home-todo = Name it with --rules DIR.
rules-one-description = --as, --licence, --author and --edition go with one source only.
rules-none-there = there is no file of rules in { $source }.
rules-none-there-todo = Files of rules end in .yar, .yara or .yr.
rules-known-are = Known sources: { $known }. Or an https address, a ZIP archive, a folder.
rules-no-source = there is no source and no file “{ $source }”.
rules-not-fetched = cannot fetch { $url }: { $detail }
rules-not-fetched-todo = Without a network: fetch the ZIP archive elsewhere and name its path instead of the address.
rules-fetch-plain = the address is without encryption; only https is taken
rules-fetch-unreachable = { $detail } cannot be reached
rules-fetch-not-trusted = the server cannot be trusted ({ $detail })
rules-fetch-timed-out = not done after { $detail } seconds
rules-fetch-too-large = larger than { $detail } bytes
rules-fetch-redirects = it leads on more than { $detail } times
rules-fetch-status = the server answers with { $detail }
rules-fetch-address = the address is none
rules-source =
    { $name }, version { $version }, { $files } files of rules
    {"  "}From: { $url }
    {"  "}Licence: { $licence }; to be named: { $author }
rules-sha256 = SHA-256: { $sha256 }
rules-licence-file = Licence file: { $path } ({ $licence })
rules-own-use = The licence { $licence } does not allow to hand the rules on: they are for your own use, keep the pack to yourselves.
rules-licence-unknown = It is not known what the licence allows: packed for your own use only. If you know it, add --licence.
rules-latin1 = A file is not UTF-8 and was read as Latin-1.
rules-pulled = Written into: { $folder }
rules-own-licence = { $count } rules with a licence of their own: { $licence }
rules-none-usable = No rule can be used.
rules-key-exists = there is a key in { $path } already, and it stays as it is
rules-key-exists-todo = To sign with that key, leave out --new-key. To make another one, name another file with --key.
rules-no-signing-key = no Ed25519 key to sign with (PKCS #8)
rules-packed =
    { $rules } rules are packed: { $path }
    {"  "}SHA-256 of the content: { $id }
    {"  "}Public key: { $key }
rules-packed-own = The pack is for your own use only.
rules-for-others = The pack may be handed on, with its licences.
rules-in-order = The pack is whole, and its key is trusted.
rules-pack =
    { $name }: { $rules } usable rules in { $files } files
    {"  "}Packed: { $made } ({ $age } days old)
    {"  "}SHA-256 of the content: { $id }
    {"  "}Signed with: { $key }
rules-pack-source = { $name }, version { $version }, licence { $licence }, to be named { $author }, { $url }
rules-left-out = { $count } rules or files are left out:
rules-listed = { $name }: { $rest }, made { $made }, { $age } days old
rules-listed-old = (old)
rules-listed-ours = the rules of Khiên in { $files } files
rules-listed-pack = { $rules } rules, licence { $licences }, SHA-256 { $id }…
rules-listed-broken = { $name }: NOT USABLE. { $why }
rules-listed-key = Trusted key: { $key } ({ $folder })
rules-loaded-already = This very pack { $name } is loaded already.
rules-older = The pack { $name } of { $made } is older than the one in use, of { $newer }. To replace it all the same, add --force.
rules-loaded = The pack { $name } is loaded: { $rules } rules, { $age } days old. It lies at { $path }
rules-trust-command = khien rules trust { $key }
rules-trust-todo = khien rules load … --trust { $key }
rules-not-loaded = there is no pack called “{ $name }” in the folder of rules.
rules-not-loaded-todo = See the packs with khien rules list.
rules-unloaded = The pack { $name } is used no more.
rules-trusted = The key { $key } is trusted from now on.
rules-untrusted = The key { $key } is not trusted any more.
rules-broken = WARNING: the pack of rules { $path } cannot be used. { $why }
rules-missing = the pack of rules { $name }
rules-missing-so = As rules that were loaded are missing, no file counts as clean. Load the pack again, or take it away with khien rules unload.
rules-not-together = the loaded packs of rules ({ $detail })
rules-taken-up = The change in the folder of rules is taken up.
rules-old = Note: the rules { $name } are { $days } days old. { $todo }
rules-old-ours = Update Khiên.
rules-old-clamav = Look after freshclam on the machine of clamd.
rules-old-pack = Load a new pack.
receipt-rules = {"  "}Rules { $name }: { $id }, { $age } days old
scan-todo-unavailable = Tell the administrator, and look into it again when it is mended.
help-rules-pull--sources = The name of a source (see khien rules sources), the https address of a ZIP archive, an archive, a file of rules, or a folder.
help-rules-pull--named = What the source is called.
help-rules-pull--licence = The licence of the source, e.g. MIT. By default that of the licence file beside the rules.
help-rules-pull--author = Who is to be named.
help-rules-pull--edition = Which version. By default the day of fetching.
help-rules-pull--ca = Certificates (PEM) that are trusted too when fetching.
help-rules-pack--sources = The name of a source (see khien rules sources), the https address of a ZIP archive, an archive, a file of rules, or a folder.
help-rules-pack--named = What the source is called.
help-rules-pack--licence = The licence of the source, e.g. MIT. By default that of the licence file beside the rules.
help-rules-pack--author = Who is to be named.
help-rules-pack--edition = Which version. By default the day of fetching.
help-rules-pack--ca = Certificates (PEM) that are trusted too when fetching.
