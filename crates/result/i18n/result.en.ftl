## Why it is unknown, and what to do

gap-not-observed-todo = The machine does not record this, or nobody collected it. Look by hand, and ask the IT focal officer if need be.
gap-permission-denied-todo = Run it again with administrator rights: sudo { $command }
permission-denied-window-todo = Open a command window with “Run as administrator” (right-click Command Prompt) and run: { $command }
permission-denied-then-todo = Collect the facts on the machine once more with administrator rights (sudo khien facts), and judge them again.
parameter-todo = No look at the machine can mend this: ask the author of the directive for a value that is in force at this moment.
gap-unreadable-todo = Close the program that uses the file and run it again. If that does not help, the file may be broken: tell the IT focal officer.
gap-malformed-todo = The file may be broken or wrongly edited: ask the IT focal officer to look at it.
gap-too-large-todo = There is more than Khiên reads to the end: ask the IT focal officer to look at the place named above.
gap-timed-out-todo = Run it again when the machine is less busy. If that does not help, a disk or network drive may hang: tell the IT focal officer.
gap-observer-failed-todo = This is a mistake in Khiên: please report it with the detail above.
gap-unsupported-todo = Look by hand, and ask the IT focal officer if need be.
gap-switched-off-todo = Look by hand, or have the IT focal officer switch the collection on again.
gap-stale-todo = Collect the facts again and judge again.
gap-from-future-todo = Look at the machine's clock, or at the moment given with --at.
gap-not-computable-todo = Tell the author of the directive, with the detail above.

## The report

report-title = Cyber-security check
report-directive = Directive
report-subject = Subject
report-directive-value = { $title } ({ $id })
report-directive-not-in-force = { $title } ({ $id }) – NOT in force at this moment
report-directive-from-server = from the server
report-directive-from-program = shipped with the program
report-at = Moment
report-at-value = { $moment } (Vietnamese time)
report-collected = Facts
report-collected-before = from a file; the oldest collected { $moment }, { $length } before the moment above
report-collected-after = from a file; the oldest collected { $moment }, { $length } after the moment above
report-only = Asked for
report-only-value = only { $clauses }
subject-unnamed = without a known name

summary-nothing-judged = { $total ->
    [one] Nothing could be judged: the one control is unknown.
   *[other] Nothing could be judged: all { $total } controls are unknown.
}
summary-nothing-judged-todo = Mostly this is for want of rights (run it as administrator), because the operating system is not recognised, or because the facts are old.
summary-one-reason = The reason is the same for all: { $reason }.
summary-no-controls = The directive asks nothing of this kind of subject.
summary-all-pass = { $total ->
    [one] The one control passes.
   *[other] All { $total } controls pass.
}
summary-none-fail = Nothing fails, but { $unknown } of { $total } controls are unknown.
summary-none-fail-exempt = Nothing fails; { $exempt } of { $total } controls are exempt.
summary-fail = { $total ->
    [one] The one control fails.
   *[other] { $fail } of { $total } controls fail. Mend the critical ones first.
}

clause = Clause { $id }
finding-severity = { $severity }
finding-why = Why
finding-offenders = Offending
finding-basis = Basis
finding-fix = How to mend it
finding-todo = What to do
finding-due = To be mended
finding-more = More: { $command }
finding-exemption = Exemption
finding-exemption-value = { $reason } (approved by { $by }; until the end of { $until }; id { $id })
finding-exemption-without = Without the exemption: { $state }
finding-holds-until = Holds until
offenders-more = … and { $count } more
because-more = { $count ->
    [one] … and 1 more fact
   *[other] … and { $count } more facts
}
passes-hint = To see them: { $command }

html-skip = Skip to the main content
html-summary = Summary
html-clauses-caption = Results by clause
html-clause = Clause
html-control = Control
html-footer = Made by Khiên { $version }. It holds no passwords, cookies or messages; names of accounts, programs and files do appear, so share it with care.
html-other-language = Tiếng Việt
html-work = To be mended
html-passes = What passes
