### Names and forms that all programs share: states, severities, subjects, times, values.

## States, severities, subjects

subject-device = device { $id }
subject-account = account { $id }
subject-person = person { $id }
subject-unit = unit { $id }
subject-mailbox = mailbox { $id }
subject-system = system { $id }
state-pass = pass
state-fail = fail
state-unknown = unknown
state-exempt = exempt
severity-critical = critical
severity-high = high
severity-medium = medium
severity-low = low
subject-kind-device = device
subject-kind-account = account
subject-kind-person = person
subject-kind-unit = unit
subject-kind-mailbox = mailbox
subject-kind-system = system

## Times and values

moment = { $day } { $time }
length-days = { $count ->
    [one] 1 day
   *[other] { $count } days
}
length-hours = { $count ->
    [one] 1 hour
   *[other] { $count } hours
}
length-minutes = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
}
length-seconds = { $count ->
    [one] 1 second
   *[other] { $count } seconds
}
value-yes = yes
value-no = no
value-empty = (empty)
value-none = none
value-items = { $count } in all
item-position = {" "}no. { $position }
label-check = The check
reason-detail = { $reason } ({ $detail })

## Why it is not known

gap-not-observed = nothing is recorded
gap-permission-denied = not enough rights to read it
gap-unreadable = its source cannot be read
gap-malformed = its source is not in the form it should have
gap-too-large = its source is too large
gap-timed-out = it took too long
gap-observer-failed = the collector broke
gap-unsupported = it cannot be observed on this kind of machine
gap-switched-off = the organisation switched this collection off
gap-stale = the fact is too old
gap-from-future = the fact was recorded later than the moment of judging
gap-not-computable = the check could not be computed

## Validity and parameters

valid-from = from { $from }
valid-between = from { $from } to the end of { $to }
explain-param-source = by { $source }
