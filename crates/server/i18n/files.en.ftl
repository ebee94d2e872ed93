# Files that are attached: in and out.

file-hint = Kinds of files taken: { $kinds }; at most { $most } MB each and { $count } files at once. Cover the names of parties and personal data first.
file-empty = The file “{ $name }” has nothing in it. Check the file and choose it again.
file-too-large = The file “{ $name }” is larger than { $most } MB. Make it smaller (scan with a lower resolution, for example) or split it.
file-not-taken = The file “{ $name }” is not taken because its kind is not allowed. Kinds of files taken: { $kinds }.
file-misnamed = The file “{ $name }” is no { $kind } file, although it is called so. Open it, save it as what it is and choose it again.
file-closed = The file “{ $name }” is of an old kind or has a password, so nobody can look into it. Open it, remove the password, save it as .docx or .xlsx and choose it again.
file-macros = The file “{ $name }” contains macros (programs that run with it) and is not taken. Save it without macros or as .pdf.
file-damaged = The file “{ $name }” is damaged and cannot be opened as a { $kind } file. Open it, save it again and choose it again.
file-not-unicode = The file “{ $name }” is not in Unicode. Save it as UTF-8, or as .docx.
file-too-many = At most { $most } files can be uploaded at once.
file-with-size = { $name } ({ $size })
file-kilobytes = { $count } KB
file-megabytes = { $count } MB
file-choose = Choose at least one file.
file-too-many-attached = There are { $most } files already. Remove some, or put them together.
