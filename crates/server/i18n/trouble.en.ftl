### When a request cannot be answered as asked: what happened, and what to do.

trouble-request = The name of this request, for your administrator:
trouble-home = To the first page

trouble-sign-in-needed = You need to sign in
trouble-sign-in-needed-todo = Sign in, then try again.
trouble-sign-in-needed-program = This address answers within the session of somebody who is signed in (cookie). Those that take a token (Authorization: Bearer) stand in /api/openapi.json.
trouble-token-missing = The request carries no token
trouble-token-missing-todo = Send the token in the header Authorization: Bearer TOKEN.
trouble-token-wrong = The token is wrong, has expired, was revoked, or was replaced by another
trouble-token-wrong-todo = See whether it was copied whole. A new one for a gate: Administration → Systems and gates, open the system and add a gate. One for lists of cases: the page on tokens for programs that send lists.
trouble-token-of-other = This token belongs to a gate that is asked in another way
trouble-token-of-other-todo = Each token is for one gate and one way to ask (ICAP, clamd or HTTP). Get the right one at Administration → Systems and gates: add a gate with the way that is used.
trouble-no-file = No file was sent, so nothing was inspected
trouble-no-file-todo = Send the content of the file as the body (curl --data-binary @FILE), or a form (multipart/form-data) with a file that has a name (curl -F file=@FILE). A file that is really empty is sent as a form. This answer does not mean that a file is clean.
trouble-not-allowed = You may not see or do this
trouble-not-allowed-todo = If your work needs it, ask an administrator for the right.
trouble-not-found = There is nothing here
trouble-not-found-todo = Check the address. It may have moved, or you may not be allowed to see it.
trouble-method-not-allowed = This address cannot be used like that
trouble-method-not-allowed-todo = Go back and use the buttons of the page.
trouble-method-not-allowed-program = Addresses and methods stand in /api/openapi.json.
trouble-bad-request = The request does not have the right form
trouble-bad-request-todo = Go back, fill in what is missing, and send it again.
trouble-bad-request-program = Mend what detail says; the form of each request stands in /api/openapi.json.
trouble-forged-form = The form was sent from a page of another site
trouble-forged-form-todo = Nothing was changed. Open the page in Khiên and send it again. If you did not send it yourself, tell your IT focal officer.
trouble-old-form = The form is too old
trouble-old-form-todo = Nothing was changed. Go back, load the page again, and send it once more. The browser must accept cookies.
trouble-old-form-program = Begin the session anew and send it again. Requests with a token use no cookies.
trouble-too-large = What was sent is larger than the { $limit } that are taken
trouble-too-large-todo = Send less at once, or check whether it is the right file.
trouble-wrong-content-type = This kind of content is not taken here
trouble-wrong-content-type-todo = Go back and send it with the form of the page.
trouble-wrong-content-type-program = Set Content-Type as /api/openapi.json says.
trouble-conflict = Somebody else has just changed this, or it exists already
trouble-conflict-todo = Load the page again to see how it is now, then try once more.
trouble-too-often = Too many requests in a short time
trouble-too-often-todo = Wait { $seconds } seconds, then try again.
trouble-too-slow = The request took too long
trouble-too-slow-todo = Check your connection, then try again.
trouble-busy = Too much is waiting to be stored
trouble-busy-todo = Try again in { $seconds } seconds.
trouble-store-away = The database cannot be used at the moment
trouble-store-away-todo = What was taken in is safe. Try again in { $seconds } seconds; if it stays like this, tell an administrator.
trouble-internal = The server has met a mistake of its own
trouble-internal-todo = Try again. If it stays like this, tell an administrator the name of the request below.
