//! Letters of names that are not seen, turn others, or look like others.

/// Whether the direction of writing is turned: no Vietnamese or English name needs that.
pub(super) fn turns(name: &str) -> bool {
    name.chars().any(|letter| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}'))
}

/// Whether there are letters that are not seen. Joiners between pictograms are part of them.
pub(super) fn has_unseen(name: &str) -> bool {
    let mut before = '\0';
    for letter in name.chars() {
        let joins = letter == '\u{200d}' && (is_pictogram(before) || before == '\u{fe0f}');
        let unseen = matches!(
            letter,
            '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'
                | '\u{2800}' | '\u{180e}' | '\u{e0000}'..='\u{e007f}'
        );
        if unseen && !joins {
            return true;
        }
        before = letter;
    }
    false
}

fn is_pictogram(letter: char) -> bool {
    matches!(letter, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}')
}

/// Whether there are control characters.
pub(super) fn has_controls(name: &str) -> bool {
    name.chars().any(char::is_control)
}

/// The scripts whose letters look alike.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    Latin,
    Cyrillic,
    Greek,
    Wide,
    Other,
}

fn writing(letter: char) -> Option<Writing> {
    Some(match letter {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Writing::Latin,
        // The signs for micro and ohm stand beside Latin letters in honest names.
        '\u{b5}' | '\u{3a9}' | '\u{3bc}' | '\u{2126}' => return None,
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Writing::Greek,
        '\u{400}'..='\u{52f}' => Writing::Cyrillic,
        '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' | '\u{1d400}'..='\u{1d7ff}' => Writing::Wide,
        // Marks belong to the letter before them: Vietnamese in NFD is Latin.
        '\u{300}'..='\u{36f}' => return None,
        _ if letter.is_alphabetic() => Writing::Other,
        _ => return None,
    })
}

/// Whether one word has letters of Latin and of a script that looks like it.
pub(super) fn mixes_scripts(name: &str) -> bool {
    let (mut latin, mut alike) = (false, false);
    for letter in name.chars() {
        match writing(letter) {
            Some(Writing::Latin) => latin = true,
            Some(Writing::Cyrillic | Writing::Greek | Writing::Wide) => alike = true,
            Some(Writing::Other) => {}
            None if matches!(letter, '\u{300}'..='\u{36f}') => {}
            None => (latin, alike) = (false, false),
        }
        if latin && alike {
            return true;
        }
    }
    // A whole ending in another script looks like the one it is not.
    name.rsplit_once('.').is_some_and(|(_, ending)| {
        (2..=5).contains(&ending.chars().count())
            && ending.chars().all(|letter| matches!(writing(letter), Some(Writing::Cyrillic | Writing::Wide)))
            && ending.chars().all(looks_latin)
    })
}

/// Letters of Cyrillic and of the wide forms that look like Latin ones.
fn looks_latin(letter: char) -> bool {
    "аеорсухіјѕԁһԛԝАВЕКМНОРСТУХІЈЅ".contains(letter) || matches!(writing(letter), Some(Writing::Wide))
}
