//! `khien-agent status`: where this machine is enrolled, and whether its reports arrive.

use std::path::Path;

use khien_model::facts::KeyProtection;
use khien_texts::Texts;
use khien_texts::moment::shown;

use super::words::text;
use super::{Exit, Voice, language, pick};
use crate::state::Readable;
use crate::{Browsers, Problem};

/// Carries out the command: good when nothing is wrong, fails when the last attempt to report failed.
pub(super) fn run(folder: &Path, voice: &mut Voice<'_>) -> Result<Exit, Problem> {
    let state = Readable::at(folder);
    let enrolment = state.enrolment()?.ok_or_else(|| Problem::NotEnrolled { state: folder.to_owned() })?;
    let contact = state.contact()?;
    let lang = voice.lang;
    let say = |key| text(key, lang);
    let texts = Texts::new(language(lang), &[]);
    let notice = &enrolment.notice;
    let delivered = contact.delivered_at.map_or_else(|| say("status-never").to_owned(), |at| shown(at, &texts));
    let accepted = format!("{} {} {}", shown(notice.accepted_at, &texts), say("status-by"), notice.accepted_by);
    let directive = match state.directive()? {
        Some(bundle) => bundle.mark.id,
        None => say("status-directive-shipped").to_owned(),
    };
    let browsers = match state.settings()?.browsers {
        Browsers::All => say("status-browsers-all"),
        Browsers::Policies => say("status-browsers-policies"),
    };
    let key = match state.key_protection()? {
        Some(KeyProtection::Tpm) => say("status-key-tpm"),
        Some(KeyProtection::Dpapi) => say("status-key-dpapi"),
        Some(KeyProtection::File) => say("status-key-file"),
        None => say("status-key-none"),
    };
    for (key, value) in [
        (say("status-server"), enrolment.server.to_string()),
        (say("status-unit"), enrolment.unit_name),
        (say("status-device"), enrolment.device_id),
        (say("status-enrolled"), shown(enrolment.enrolled_at, &texts)),
        (say("status-notice"), accepted),
        (say("status-directive"), directive),
        (say("status-key"), key.to_owned()),
        (say("status-browsers"), browsers.to_owned()),
        (say("status-delivered"), delivered),
        (say("status-waiting"), state.waiting()?.to_string()),
    ] {
        voice.say(&format!("{key}: {value}"));
    }
    let Some(trouble) = contact.trouble else { return Ok(Exit::Good) };
    let at = shown(trouble.at, &texts);
    voice.say(&format!("{} {at}: {}", say("status-trouble"), pick(&trouble.message, lang)));
    Ok(Exit::Fails)
}
