### Names of facts: areas, then fields. A key is «struct»-«field» as in the facts schema.

## Device

DeviceFacts-os = Operating system
Os-family = family
Os-id = id
Os-name = full name
Os-version = version
Os-build = build
Os-hostname = host name
Os-role = role of the machine
Os-support_ends_at = end of support
Os-extended_support_ends_at = end of extended support

DeviceFacts-patches = Updates
Patches-channel = update channel
Patches-last_checked_at = last looked for updates
Patches-last_installed_at = last installed updates
Patches-missing = missing updates
Patches-security_missing = missing security updates
Patches-reboot_pending = waiting for a restart
Patches-automatic = installs security updates by itself
MissingUpdate-name = package
MissingUpdate-installed = installed version
MissingUpdate-available = available version
MissingUpdate-security = mends a security flaw

DeviceFacts-antivirus = Antivirus
Antivirus-products = product
AntivirusProduct-name = name
AntivirusProduct-running = running
AntivirusProduct-real_time = scans files as they are opened
AntivirusProduct-signature_state = state of the signatures
AntivirusProduct-signatures_built_at = signatures built
AntivirusProduct-signature_version = signature version
AntivirusProduct-centrally_managed = centrally managed
AntivirusProduct-licence_expired = licence has run out

DeviceFacts-shares = Shared folders
Shares-folders = shared folder
Shares-service_running = sharing service runs
Shares-smb1_accepted = still accepts SMB 1
SharedFolder-name = share name
SharedFolder-path = path
SharedFolder-protocol = protocol
SharedFolder-open_to_everyone = anybody can open it
SharedFolder-writable = others can write to it

DeviceFacts-browsers = Browsers
Browsers-profiles = browser profile
Browsers-policies = browser policy
BrowserProfile-browser = browser
BrowserProfile-user = user
BrowserProfile-profile = profile
BrowserProfile-saved_logins = saved passwords
BrowserProfile-saved_logins_protected = saved passwords for ministry sites
BrowserProfile-saved_logins_official_elsewhere = outside sites opened with an official address
BrowserProfile-lasting_sessions_protected = ministry sessions not logged out
BrowserProfile-offers_to_save = still offers to save passwords
BrowserPolicy-browser = browser
BrowserPolicy-saving_forbidden = a policy forbids saving passwords

DeviceFacts-software = Software
Software-programs = program
Software-foreign_repositories = outside package source
Software-unknown_executables = program file of unknown origin
Software-licences = licence
Software-crack_signs = sign of a broken licence
Program-name = name
Program-version = version
Program-publisher = publisher
Program-source = how it was installed
Program-known_origin = origin is known
ForeignRepository-address = address
ForeignRepository-file = declared in
ForeignRepository-unsigned = signatures are not checked
UnknownExecutable-path = path
UnknownExecutable-user = user
UnknownExecutable-modified_at = last modified
UnknownExecutable-signed = validly signed
Licence-product = product
Licence-state = state of the licence
CrackSign-sign = sign
CrackSign-path = path

DeviceFacts-accounts = Accounts on this machine
Accounts-local = account
Accounts-password_max_age = longest age of a password
Accounts-password_min_length = shortest password allowed
LocalAccount-name = account name
LocalAccount-password_login = can log in with a password
LocalAccount-password_empty = password is empty
LocalAccount-password_changed_at = password last changed
LocalAccount-initial_password_in_use = still uses the initial password
LocalAccount-must_change_password = must change the password at the next login
LocalAccount-password_never_expires = password never expires
LocalAccount-administrator = is an administrator
LocalAccount-administrator_without_password = becomes administrator without a password
LocalAccount-last_login_at = last login

DeviceFacts-session = Screen lock and sessions
Session-lock_settings = screen lock setting
Session-open = open session
LockSetting-user = user
LockSetting-locks = locks when idle
LockSetting-locks_after = locks after
LockSetting-enforced = the user cannot change it
OpenSession-user = user
OpenSession-kind = how logged in
OpenSession-locked = screen is locked
OpenSession-idle_since = idle since

DeviceFacts-firewall = Firewall
Firewall-firewalls = firewall found
HostFirewall-name = name
HostFirewall-active = active
HostFirewall-refuses_inbound = refuses connections from outside

DeviceFacts-disk = Disks
Disk-volumes = volume
Volume-mount = mounted at
Volume-file_system = file system
Volume-encrypted = encrypted
Volume-removable = removable

DeviceFacts-usb = USB devices
Usb-storage_blocked = USB storage is blocked
Usb-autorun_off = auto-run is off

DeviceFacts-remote_access = Remote control
RemoteAccess-services = service
RemoteAccessService-kind = kind
RemoteAccessService-name = name
RemoteAccessService-enabled = enabled
RemoteAccessService-listening = accepts connections
RemoteAccessService-password_login = a password alone lets one in
RemoteAccessService-administrator_login = administrators can log in directly

DeviceFacts-downloads = Downloads
Downloads-risky = risky file
RiskyDownload-file_name = file name
RiskyDownload-extension = extension
RiskyDownload-user = user
RiskyDownload-origin_host = came from
RiskyDownload-origin_government = from the government
RiskyDownload-downloaded_at = downloaded
RiskyDownload-executable = can run

DeviceFacts-guard = Ransomware guard
Guard-in_force = guard in force
Guard-protected_folders = protected folders
Guard-last_restore_drill_at = last restore test

DeviceFacts-reporting = Reports to the server
Reporting-silent_since = none since

DeviceFacts-agent = The agent
Agent-key_protection = key protected by

## Account

AccountFacts-credential = Password and protection
Credential-system = system
Credential-created_at = created
Credential-received_at = received
Credential-password_changed_at = password last changed
Credential-evidence = how this is known
Credential-initial_password_in_use = still uses the initial password
Credential-must_change_password = must change the password at the next login
Credential-password_never_expires = password never expires
Credential-second_factor = a second factor is required

AccountFacts-lifecycle = Life of the account
Lifecycle-enabled = enabled
Lifecycle-administrator = is an administrator
Lifecycle-shared = used by several people
Lifecycle-last_login_at = last login
Lifecycle-owner_left = its owner has left

AccountFacts-sign_ins = Where it is used
SignIns-devices = device
SignInDevice-device = device name
SignInDevice-safe = safe device
SignInDevice-last_used_at = last used

## Person

PersonFacts-duties = Knowing the duties
Duties-assigned_at = given to read
Duties-acknowledged = acknowledged as read
Duties-acknowledged_at = acknowledged
Duties-quiz_passed = quiz passed
Duties-quiz_passed_at = quiz passed on

PersonFacts-advisories = Security advisories
Advisories-unread = unread advisories
Advisories-oldest_unread_published_at = oldest unread one published
Advisories-last_read_at = last read

PersonFacts-documents = Study of the documents
StudiedDocuments-required = documents to study
StudiedDocuments-studied = documents studied
StudiedDocuments-outstanding = outstanding document
OutstandingDocument-number = number
OutstandingDocument-assigned_at = assigned

PersonFacts-training = Training
Training-last_completed_at = last completed
Training-exercises = exercise
PhishingExercise-held_at = held
PhishingExercise-difficulty = difficulty
PhishingExercise-opened = opened the link or file
PhishingExercise-reported = reported it

PersonFacts-own_uploads = Files one uploads oneself
OwnUploads-uploaded = files uploaded
OwnUploads-with_receipt = files with a scan receipt
OwnUploads-infected_uploaded = infected files uploaded all the same

## Unit

UnitFacts-tasks = Tasks
Tasks-plan_approved = plan approved
Tasks-assigned = assigned task
UnitTask-title = title
UnitTask-has_owner = somebody answers for it
UnitTask-due_at = due
UnitTask-done = done
UnitTask-evidence_count = files of evidence

UnitFacts-roles = Appointments
Roles-held = role
RoleHolder-role = role
RoleHolder-person = held by
RoleHolder-decision = decision number
RoleHolder-qualified = qualified
RoleHolder-since = since

UnitFacts-sign_off = The head's sign-off
SignOff-signed_off_at = last signed off

UnitFacts-case_data = Case data
CaseData-exported_at = exported
CaseData-open_cases = open cases
CaseData-timely_cases = cases on time
CaseData-late_cases = late cases
CaseData-late_by_system_cases = cases late because of the software
CaseData-undecided_cases = cases whose time limit cannot be told for want of a date
CaseData-unsourced_cases = cases with a time limit that no source gives
CaseData-median_entry_lag = entry lag (median)
CaseData-median_entry_lag_at_most = entry lag at most (median)
CaseData-stale_cases = cases not updated for long
CaseData-incomplete_cases = cases lacking required data
CaseData-inconsistent_cases = cases that contradict themselves
CaseData-head_reviewed_at = last reviewed by the head

UnitFacts-online_services = Online public services
OnlineServices-months = month
OnlineServiceMonth-month_start = first day
OnlineServiceMonth-received = files received
OnlineServiceMonth-received_online = received online
OnlineServiceMonth-settled_on_time = settled on time
OnlineServiceMonth-settled = settled
OnlineServiceMonth-digitised = files digitised
OnlineServiceMonth-paid_online = files paid online

UnitFacts-documents = Study of the documents

UnitFacts-difficulties = Difficulties
Difficulties-reported_this_month = reported this month
Difficulties-reports = report
DifficultyReport-ticket = ticket
DifficultyReport-reported_at = reported
DifficultyReport-answered = answered
DifficultyReport-answer_due_at = answer due

## Mailbox

MailboxFacts-mail_check = Check of received mail
MailCheck-gate_in_force = every mail is checked before delivery
MailCheck-last_checked_at = last checked
MailCheck-checked = mails checked
MailCheck-not_inspected = mails not inspected completely
MailCheck-dangerous_delivered = dangerous mails delivered
MailCheck-outside_without_warning = outside mails without a warning

MailboxFacts-sign_ups = Private accounts opened with the official address
SignUps-foreign_services = outside services
SignUps-last_seen_at = last seen

MailboxFacts-forwarding = Forwarding
Forwarding-forwards_outside = forwards outside

## System

SystemFacts-uploads = Uploads
Uploads-gate_in_force = upload gate in force
Uploads-uploaded = files uploaded
Uploads-with_receipt = files with a scan receipt
Uploads-infected_uploaded = infected files uploaded all the same
Uploads-not_inspected = files not scanned completely
Uploads-last_receipt_at = newest scan receipt
