//! Reads the steps that mend something. What does not fit is reported, and reading goes on.

use khien_model::UnknownWord;
use khien_model::facts::OsFamily;

use super::reader::Reader;
use crate::diagnostic::{Code, Mistake, nearest};
use crate::yaml::{Entry, Kind, Node};
use crate::{Step, Steps, Texts};

impl Reader<'_> {
    /// Steps in both languages.
    pub(crate) fn steps(&mut self, node: &Node) -> Option<Steps> {
        let (vi_node, en_node) = self.both(node)?;
        let vi = vi_node.and_then(|node| self.step_list(node));
        let en = en_node.and_then(|node| self.step_list(node));
        let steps = Steps { vi: vi?, en: en? };
        if let Some(mistake) = difference(&steps, node, vi_node?, en_node?) {
            self.report.add(mistake);
        }
        Some(steps)
    }

    fn step_list(&mut self, node: &Node) -> Option<Vec<Step>> {
        let items = self.list(node)?;
        if items.is_empty() {
            self.empty_list(node, Texts::new("một bước khắc phục", "a step that mends it"));
            return None;
        }
        let steps: Vec<Option<Step>> = items.iter().map(|item| self.step(item)).collect();
        let steps: Vec<Step> = steps.into_iter().collect::<Option<_>>()?;
        let without = OsFamily::ALL.iter().filter(|family| !steps.iter().any(|step| step.is_for(**family)));
        for family in without {
            self.report.add(Mistake::new(Code::NoStepForFamily, node.span).with("family", family));
        }
        Some(steps)
    }

    /// A text for every machine, or `windows: …` for those of one family.
    fn step(&mut self, node: &Node) -> Option<Step> {
        match &node.kind {
            Kind::Scalar(_) => self.prose(node).map(Step::plain),
            Kind::Map(entries) => match entries.as_slice() {
                [entry] => self.tagged_step(entry),
                _ => {
                    let expected = Texts::new(
                        "một bước: chữ, hoặc một hệ điều hành kèm chữ (`windows: …`)",
                        "a step: text, or one system and its text (`windows: …`)",
                    );
                    self.wrong_type(node, expected);
                    None
                }
            },
            Kind::List(_) | Kind::Broken => {
                self.wrong_type(node, Texts::new("một bước", "a step"));
                None
            }
        }
    }

    fn tagged_step(&mut self, entry: &Entry) -> Option<Step> {
        // Both halves are looked at before giving up, so that both are reported.
        let family = self.family(entry);
        let text = self.prose(&entry.value);
        Some(Step::tagged(family?, text?))
    }

    fn family(&mut self, entry: &Entry) -> Option<OsFamily> {
        match entry.key.parse() {
            Ok(family) => Some(family),
            Err(UnknownWord { word, allowed }) => {
                let mistake = Mistake::new(Code::UnknownWord, entry.key_span).with("word", &word);
                // What looks like no family is most likely a sentence with a colon in it.
                let mistake = match nearest(&word.to_lowercase(), allowed) {
                    Some(family) => mistake.suggest(family, [family]),
                    None => mistake.hint(not_a_family(allowed)),
                };
                self.report.add(mistake);
                None
            }
        }
    }
}

fn not_a_family(families: &[&str]) -> Texts {
    let families = families.join(", ");
    Texts::new(
        format!("trước dấu hai chấm là hệ điều hành ({families}); nếu đó là câu chữ thì đặt cả bước trong dấu nháy"),
        format!("before the colon stands a system ({families}); if it is part of the sentence, put the step in quotes"),
    )
}

/// Says how the languages differ: in the number of steps, or in the first step that is for another family.
fn difference(steps: &Steps, node: &Node, vi_node: &Node, en_node: &Node) -> Option<Mistake> {
    let (vi, en) = (&steps.vi, &steps.en);
    if vi.len() != en.len() {
        let mistake = Mistake::new(Code::StepsDiffer, node.span);
        return Some(mistake.with_texts("vi", count(vi.len())).with_texts("en", count(en.len())));
    }
    let place = vi.iter().zip(en).position(|(vi, en)| vi.family != en.family)?;
    let (vi, en) = (vi.get(place)?, en.get(place)?);
    let (vi_node, en_node) = (vi_node.items().get(place)?, en_node.items().get(place)?);
    let mistake = Mistake::new(Code::StepsDiffer, en_node.span)
        .with_texts("vi", whom(vi, place))
        .with_texts("en", whom(en, place))
        .label(vi_node.span, Texts::new("bước tiếng Việt tương ứng", "the step in Vietnamese"));
    Some(mistake)
}

fn count(steps: usize) -> Texts {
    let noun = if steps == 1 { "step" } else { "steps" };
    Texts::new(format!("{steps} bước"), format!("{steps} {noun}"))
}

/// Which step this is and which machines it is for.
fn whom(step: &Step, place: usize) -> Texts {
    let number = place + 1;
    match step.family {
        Some(family) => Texts::new(format!("bước {number} cho {family}"), format!("step {number} for {family}")),
        None => Texts::new(format!("bước {number} cho mọi máy"), format!("step {number} for every machine")),
    }
}
