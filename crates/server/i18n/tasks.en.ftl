### Tasks of units: assigning, progress, evidence, more time, the plan of the year.

tasks-title = Tasks
tasks-about = What the unit has to do about digital transformation and cyber-security: who answers for it, until when, how far it is, what shows it.
tasks-assign = Assign a task
tasks-by-unit = Tasks by unit
tasks-count = { $count ->
    [one] 1 task
   *[other] { $count } tasks
 }
tasks-none = There are no tasks.
tasks-show = Show
tasks-show-open = Tasks that are not done
tasks-show-overdue = Overdue tasks
tasks-show-done = Tasks that are done
tasks-show-mine = Tasks I answer for
tasks-show-all = All
task-every-unit = (all units)
task-title = Task
task-title-hint = One short line, without names of parties. For example: Review the accounts of people who have left.
task-detail = What is asked
task-detail-hint = Say what the result must be and what evidence is to be sent.
task-clause = Clause
task-no-clause = (no clause)
task-owner = Who answers for it
task-no-owner = Nobody named
task-owner-hint = Choose somebody who works in the unit.
task-name-owner = Name who answers for it
task-due = Deadline
task-progress = Progress
task-progress-hint = Choose “Done” when it is finished and there is evidence.
task-progress-not_started = Not begun
task-progress-under_way = Under way
task-progress-done = Done
task-standing = Standing
task-standing-done_in_time = Done in time
task-standing-done_late = Done late
task-standing-open = Not done
task-standing-overdue = Overdue
task-how-far = How far it is
task-assigned-by = Assigned by
task-done-at = Done at
task-withdrawn-at = Taken back at
task-everybody = Assign it to every unit within my reach
task-units = Units
task-assign-button = Assign
task-assign-about = Each chosen unit gets a task of its own, names who answers for it and says how far it is.
task-assigned = The task was assigned.
task-saved = Saved.
task-wrong-title = Say what is to be done, in at most { $most } letters.
task-wrong-detail = This is longer than { $most } letters.
task-wrong-due = Choose a deadline from today on.
task-wrong-units = Choose at least one unit.
task-wrong-reason = Give a reason, in at most { $most } letters.
task-withdraw = Take this task back
task-withdraw-about = Take it back: it counts no more, but is kept
task-withdraw-reason = Why it is taken back
task-withdrawn = The task was taken back.
task-evidence = Evidence
task-evidence-count = { $count ->
    [one] 1 file of evidence
   *[other] { $count } files of evidence
 }
task-evidence-none = There is no evidence yet.
task-evidence-file = File
task-evidence-by = Sent by
task-evidence-at = Sent at
task-evidence-files = Choose files
task-evidence-add = Add evidence
task-evidence-added = The evidence was added.
task-evidence-remove = Remove
task-evidence-removed = The file was removed.
task-mine = { $count ->
    [one] You answer for 1 task of your unit, { $overdue } of them overdue.
   *[other] You answer for { $count } tasks of your unit, { $overdue } of them overdue.
 }
task-mine-open = Show the tasks I answer for

extensions-title = Requests for more time
extensions-count = { $count ->
    [one] 1 request
   *[other] { $count } requests
 }
extensions-waiting = Requests for more time that wait for a decision
extension-wanted = Last day asked for
extension-by = Asked by
extension-reason = Reason
extension-reason-hint = Say what stands in the way and what was done so far. No names of parties.
extension-decided = Decision
extension-until = More time until { $day }
extension-asked = Waiting
extension-granted = Granted
extension-refused = Refused
extension-waits = A request for more time waits for the office to decide.
extension-ask = Send the request
extension-ask-about = Ask for more time
extension-granted-until = More time until
extension-grant = Grant
extension-refuse = Refuse
extension-wrong-day = Choose a day after the present deadline.
extension-was-asked = The request was sent. The office will decide.
extension-was-granted = More time was granted.
extension-was-refused = The request was refused.

plans-title = Plans of the year
plans-about = The plan of each unit for digital transformation and cyber-security. The office records number and day once it is approved.
plans-of = Plans for { $year }
plan-year = Year
plan-approved = Approved
plan-missing = None yet
plan-number = Number and sign
plan-number-hint = For example: 15/KH-THADS.
plan-day = Approved on
plan-record = Record a plan
plan-recorded = The plan was recorded.
plan-wrong-number = Give the number and sign of the plan, in at most { $most } letters.
plan-wrong-day = Choose a day in the year of the plan or the year before, not after today.
