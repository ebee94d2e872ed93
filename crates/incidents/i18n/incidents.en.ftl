# Security incidents: fact sheet, clocks of reporting, letters.

incident-part-seen = What happened
incident-part-systems = Machines and systems concerned
incident-part-discovered-at = When it was discovered
incident-part-discovered-how = How it was discovered
incident-part-started-at = When it began (if that is known)
incident-part-kind = Kind of incident
incident-part-severity = Severity
incident-part-units = Units concerned
incident-part-personal-data = Personal data is concerned
incident-part-data = Data concerned
incident-part-impact = How far it reaches
incident-part-cause = Cause
incident-part-done = What was done
incident-part-planned = What is to be done and asked for
incident-part-progress = State
incident-part-ended-at = When it was mended
incident-part-contact = Whom to ask

incident-hint-systems = Name of the machine, who uses it, which program. If you do not know: not known.
incident-hint-discovered-at = 15 minutes, 1, 4, 24 and 72 hours count from here, nights and holidays included.
incident-hint-severity = When in doubt take the higher one; it can be lowered later. The Ministry of Public Security has not said yet what a “serious incident” is.
incident-hint-personal-data = If so, the authority for personal data must be told as well.
incident-hint-data = What kind of data and how much, e.g. the files of 20 cases. No names of parties.
incident-hint-done = One thing a line, in the order of time.
incident-hint-planned = What will be done; what help is needed from above.
incident-hint-contact = Name, post, telephone.

incident-kind-malware = Malicious software
incident-kind-ransomware = Ransomware
incident-kind-phishing = Phishing
incident-kind-account = An account used by somebody else
incident-kind-data-leak = Data leak
incident-kind-intrusion = Intrusion, changed pages
incident-kind-outage = Outage, denial of service
incident-kind-lost-device = Lost device or storage medium
incident-kind-other = Something else

incident-severity-false-alarm = No incident
incident-severity-ordinary = Ordinary
incident-severity-serious = Serious
incident-severity-grave = Touches national security or public order, or stops a system in earnest

incident-personal-data-yes = Yes
incident-personal-data-no = No

incident-progress-ongoing = Goes on
incident-progress-contained = Stopped, being mended
incident-progress-resolved = Mended

incident-step-focal-officer = Tell the IT focal officer
incident-step-office = Tell the office
incident-step-superior = Tell the owner of the system
incident-step-at-once = Report at once
incident-step-first-notice = First notice
incident-step-detailed = Report on cause, reach and mending
incident-step-personal-data = Notice about personal data
incident-step-closing = Closing report

incident-to-focal-officer = IT focal officer of the unit
incident-to-office = Office of the province
incident-to-superior = The department of the Ministry of Justice that keeps the system
incident-to-at-once = Cybersecurity force of the Ministry of Public Security (through the owner of the system)
incident-to-first-notice = Cybersecurity force of the Ministry of Public Security (through the owner of the system)
incident-to-detailed = Cybersecurity force of the Ministry of Public Security (through the owner of the system)
incident-to-personal-data = The authority for personal data
incident-to-closing = Cybersecurity force of the Ministry of Public Security (through the owner of the system)

incident-state-running = Time left
incident-state-kept = In time
incident-state-late = Overdue
incident-state-made-late = Reported, { $late } late
incident-state-unknown = Not known

incident-doubt-no-limit = To be checked: no document sets a limit for the day of the discovery.
incident-doubt-not-assessed = Nobody has said how severe it is, so whether this is owed is open; the time shown is that for the case that it is.
incident-doubt-personal-data-not-known = Whether personal data is concerned is open; the time shown is that for the case that it is.

incident-letter-first = First report
incident-letter-detailed = Detailed report
incident-letter-closing = Closing report
incident-letter-personal-data = Notice of a personal data breach

incident-sender-parent = Authority above
incident-sender-issuer = Authority that writes
incident-sender-place = Place
incident-sender-receivers = To whom it is sent
incident-sender-post = Post of whoever signs
incident-sender-signer = Name of whoever signs

incident-wrong-missing = Fill this in.
incident-wrong-too-long = At most { $most } letters.
incident-wrong-no-moment = Give day and time, e.g. 22/11/2026 14:05.
incident-wrong-future = This has not come yet. Check day and time.
incident-wrong-long-ago = This is too long ago. Look at the year again.
incident-wrong-no-such-word = Choose one from the list.
incident-wrong-after-discovery = It cannot have begun after it was discovered.
incident-wrong-before-discovery = This cannot be before it was discovered.
incident-wrong-after-report = A report was made before this. Check it.
