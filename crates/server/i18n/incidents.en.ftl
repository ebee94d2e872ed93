# Security incidents.

incidents-report = Report an incident
incidents-at-once = Three things to do now
incidents-disconnect = Pull out the network cable and switch off Wi-Fi. Pull out USB sticks and outer disks too.
incidents-leave-on = Do not switch off or restart, do not delete files, do not pay, do not answer strange messages. Take a picture of the screen with a telephone.
incidents-call = Call now: { $whom }.
incidents-call-somebody = Call the IT focal officer of your unit or the office now.
incidents-focal-officer = { $name } (IT focal officer)
incidents-then = Then tell three things
incidents-then-about = Use another machine or a telephone to send this. A few words will do; the IT focal officer and the office will ask for more. No passwords.
incidents-ask-seen = What do you see?
incidents-ask-systems = On which machine?
incidents-ask-discovered-at = Since when?
incidents-send = Send the report
incidents-was-reported = The incident is reported. The IT focal officer and the office are told at once. Call them too, do not only wait for mail.
incidents-not-known = Not known yet
incidents-clocks = Clocks of reporting
incidents-clocks-about = Hours of the clock, nights and holidays included, from the discovery on: { $moment }.
incidents-late = { $count ->
        [one] One report is overdue.
       *[other] { $count } reports are overdue.
    } Report now, then record it below.
incidents-late-others = { $count ->
        [one] One report is overdue.
       *[other] { $count } reports are overdue.
    } Call the IT focal officer or the office at once, so that they report and record it.
incidents-late-badge = { $count ->
        [one] 1 report overdue
       *[other] { $count } reports overdue
    }
incidents-what = What is owed
incidents-to = To whom
incidents-due = Until
incidents-no-due = To be checked
incidents-nothing-owed = No report is owed.
incidents-by = By: { $source } ({ $number })
incidents-done = { $moment } – { $name }: { $how }
incidents-no-sheet = This incident has no fact sheet yet, so its clocks cannot be told.
incidents-sheet = Fact sheet of the incident
incidents-sheet-about = Fill it in once, as far as it is known; the reports are made from it. Leave open what is not known, do not guess. Every change stands in the audit log.
incidents-sheet-stale = While you were filling in, somebody else changed this sheet. What you typed is still here; open the sheet in another window and compare. Saving again replaces what they wrote.
incidents-sheet-saved = The fact sheet was saved.
incidents-record = Record a report
incidents-record-about = Record a report that was made, by telephone or letter: its clock stops at this moment.
incidents-done-at = Reported at
incidents-done-by = Reported by
incidents-how = How
incidents-how-hint = For example: by telephone to Mr A at 9:20; letter no. 12/THADS-VP.
incidents-was-recorded = The report was recorded.
incidents-withdraw = Recorded by mistake
incidents-was-withdrawn = The mistaken record was taken back; its clock runs on.
incidents-reports = Reports that were recorded
incidents-report-line = { $step }: { $moment } – { $name }: { $how }. Recorded by { $recorder }, { $recorded }.
incidents-report-withdrawn = A mistake, does not count – { $step }: { $moment } – { $name }: { $how }. Recorded by { $recorder }, { $recorded }.
incidents-print = Print: { $name }
incidents-letter-title = { $name } on the incident
incidents-letter-how = Check it, then print it with your browser. Dots are filled in by hand; the records clerk writes number and sign. Letters are always in Vietnamese.
incidents-letter-whole = The letter has everything that it must have.
incidents-letter-missing = What must be there and is not
incidents-letter-settings = The administrator sets the names of the authorities and the place on the page Settings.
