### The pages everybody works with: overview, unit, subject, control, to-do list, search.

## Words used in several places

word-all = All
word-unit = Unit
word-clause = Clause
word-control = Control
word-subject = Subject
word-holder = In charge
word-state = Result
word-share = Passing
word-since = Since
word-due = To be mended
clause = Clause { $id }
since = { $day } ({ $days ->
    [0] today
    [one] 1 day
   *[other] { $days } days
})
due-by = By the end of { $day }
due-overdue = Overdue since the end of { $day }
pages-label = Pages of the list
pages-before = Previous page
pages-after = Next page
day-label = Show the figures of
day-show = Show
day-today = Back to today
as-of-now = Figures as of { $moment }.
as-of-day = Figures at the end of { $day }.

## In one sentence

conclusion = { $pass } of { $total } pass ({ $share }); { $fail } fail, { $unknown } unknown, { $exempt } exempt.
conclusion-nothing = Nothing has been judged yet. When the first machine reports, results appear here.
trend-title = The last 90 days
trend-up = From { $from } to { $to } the share of what passes rose from { $first } to { $last }.
trend-down = From { $from } to { $to } the share of what passes fell from { $first } to { $last }.
trend-same = From { $from } to { $to } the share of what passes stayed at { $last } (it began at { $first }).
trend-none = A line needs the figures of at least two days.

## Overview

overview-title = Overview
overview-map = Units and clauses
overview-map-how = Each cell shows the share of what passes, then how many pass of how many; after ? how many are unknown. Follow a cell to see each of them.
overview-all-clauses = all clauses
overview-all-short = All
overview-without-unit = Not in any unit
overview-fold = Fold { $unit }
overview-unfold = Show the units below { $unit }
overview-empty = There are no units yet. An administrator makes the tree of units under Administration.
cell-said = { $unit }, { $clause }: { $pass } of { $total } pass, { $fail } fail, { $unknown } unknown, { $exempt } exempt
cell-nothing = { $unit }, { $clause }: nothing to check
key-title = How to read the colours and signs of the cells
key-unsure = double line: some of it is unknown
key-unseen = stripes and ?: nothing is known
key-nothing = nothing to check
worst-title = The three clauses that need most attention
overview-nothing-known = Nothing is known about this day.
worst-none = No clause has anything that fails or is unknown.
worst-said = { $share } pass; { $fail } fail, { $unknown } unknown.

## Unit

units-title = Units
unit-answers = Who answers for it
unit-nobody-answers = Neither a head nor an IT focal officer of this unit is recorded. An administrator does so under Administration.
unit-subjects = Devices and other subjects of this unit
unit-children = Units below it
unit-clauses = By clause
unit-red = What needs work
unit-only = Only the clause:
unit-all-clauses = Show all clauses
unit-nothing-red = Nothing fails and nothing is unknown.
unit-exempt = Exemptions in force
sign-off-title = Sign-off by the head
sign-off-what = I confirm that I have looked at how the unit stands in
sign-off-again = This month has been signed off; another confirmation will stand beside the earlier one.
sign-off-note = Remarks and difficulties
sign-off-note-hint = Optional. The office above reads it.
sign-off-button = Sign off
sign-off-none = Nothing has been signed off yet.
sign-off-said = { $month }: { $name } signed off at { $moment }.
flash-signed-off = The sign-off was recorded.

## One finding

finding-severity = { $severity }
finding-why = Why
finding-offenders = In detail
finding-basis = Basis
finding-fix = How to mend it
finding-todo = What to do to find out
finding-exemption = Exemption
finding-exemption-value = { $reason } (approved by { $by }; until the end of { $until }; without it: { $state })
finding-ask-exemption = Ask for an exemption
because-more = … and { $count } more
offenders-more = … and { $count } more
lines-more = … and { $count } more

gap-not-observed-todo = Nobody and no program has recorded this. Look by hand, and ask the IT focal officer if need be.
gap-permission-denied-todo = The program on the machine may not read it: ask the IT focal officer to install it again with administrator rights.
gap-unreadable-todo = Close the program that uses the file and wait for the next report. If that does not help, the file may be broken: tell the IT focal officer.
gap-malformed-todo = The file may be broken or wrongly edited: ask the IT focal officer to look at it.
gap-too-large-todo = There is more than Khiên reads to the end: ask the IT focal officer to look at the place named above.
gap-timed-out-todo = Wait for the next report, when the machine is less busy. If that does not help, a disk or network drive may hang: tell the IT focal officer.
gap-observer-failed-todo = This is a mistake in Khiên: the IT focal officer reports it with the detail above.
gap-unsupported-todo = This kind of machine does not tell. Look by hand, and ask the IT focal officer if need be.
gap-switched-off-todo = The organisation chose not to look at this on this machine. Look by hand, or have the IT focal officer switch it on again.
gap-stale-todo = Switch the machine on and connect it, so that it reports again. If it is on and this stays, tell the IT focal officer.
gap-from-future-todo = The machine's clock may be wrong: set its date and time.
gap-not-computable-todo = Tell the author of the directive, with the detail above.

## Devices and other subjects

subjects-title = Devices and other subjects
subjects-name = Name
subjects-kind = Kind
subjects-show = Filter
subjects-none = No subject matches.
subject-unit-name = Unit
subject-holder = In charge
subject-system-name = Operating system
subject-last-seen = Last report
subject-never-seen = never reported
subject-retired = Out of use since
subject-work = What needs work
subject-nothing-red = Nothing fails and nothing is unknown.
subject-passes = What passes
course-title = The last 90 days by control
course-then = { $state }: from { $from } to { $to }
course-still = { $state }: since { $from }
course-words = The same in words
course-none = No result changed in the last 90 days.
facts-title = What is known
facts-none = Nothing is known yet.
area-seen = so since { $moment }
changes-title = History of facts
changes-none = No change has been recorded.
changes-when = When
changes-area = Area
changes-what = What changed
change-first = recorded for the first time (or the oldest change shown here)
change-gone = no longer reported
change-from = { $name }: from “{ $before }” to “{ $after }”
change-removed = { $name }: no longer there (it was “{ $before }”)
change-elsewhere = a change in a part that is not shown here

## Controls

controls-title = Controls
controls-of = { $title } ({ $validity })
controls-none = No directive is in force yet.
control-asks = What it asks
control-due = To be mended
control-fresh-name = Facts
control-fresh = older than { $length } count as unknown
control-no-basis = The directive cites no basis for this clause.
control-who = Who falls short
control-cut = The list shows the first 100 only. Look at single units to see all.
control-how = How it is checked
control-asked = What is checked
control-facts = Facts that are looked at
control-params = Parameters
control-param-none = no value is in force
control-check = The check as the directive writes it
control-offenders = How the offending items are listed:
control-id = Id of the control:

## To do

my-title = What I have to do
my-nothing-held = No computer or account is recorded as yours. If that is wrong, tell the IT focal officer of your unit.
my-all-done = There is nothing left for you to do. Thank you.
my-tasks = { $count ->
    [one] There is 1 thing for you to do.
   *[other] There are { $count } things for you to do. Begin at the top.
}
my-seen = Last report: { $moment }
my-more-steps = Further steps
my-mended = Done – check again
my-help = I need help
my-help-text = Where are you stuck? (optional)
my-help-send = Send
my-re-check-asked = You said at { $moment } that this is done. The new result appears after the machine's next report.
my-help-asked = You asked for help at { $moment }. Answer due: { $due }.
my-help-answer = Answer: { $answer }
flash-re-check = Recorded. The new result appears after the next report.
flash-help = It was sent. What becomes of it stands among the difficulties.

## Search

search-title = Search
search-how = Type a part of a name, with or without diacritics.
search-nothing = Nothing was found for “{ $q }” among what you may see.
search-found = { $count ->
    [one] 1 result for “{ $q }”.
   *[other] { $count } results for “{ $q }”.
}
search-cut = There is more: type more of it.
search-units = Units
search-people = People
search-subjects = Devices and other subjects
search-controls = Controls
