//! Two thousand legal documents, each as long as a circular, looked through for words as people type them.

use std::hint::black_box;
use std::time::Instant;

use khien_documents::{Entry, Field, Index};

use crate::figures::{Bounds, heading, note};

const DOCUMENTS: usize = 2_000;
/// How many words a document has: ten pages.
const WORDS: usize = 4_000;
const SEARCH_MS_MAX: f64 = 50.0;
/// How often each query is asked; the slowest answer counts.
const TIMES: usize = 20;
/// Every so many words one is broken by a stray space, as in official PDF files.
const BROKEN_EVERY: u64 = 50;

/// Frequent and rare words, with and without marks, together and broken, numbers, and nothing at all.
const QUERIES: &[&str] = &[
    "mật khẩu",
    "nghi dinh",
    "bảo đảm an toàn hệ thống thông tin",
    "331/2026/NĐ-CP",
    "ngh ị định",
    "anninhmang",
    "an",
    "khôngcótừnàynhưvậytrongvănbản",
];

const SYLLABLES: &str = "nghị định thông tư quyết luật điều khoản điểm cơ quan đơn vị tổ chức cá nhân hệ thống tin an toàn \
    ninh mạng bảo đảm vệ mật khẩu tài khoản người sử dụng quản lý vận hành giám sát sự cố báo cáo thời hạn ngày làm việc \
    trách nhiệm thực hiện theo quy chế ban hành có hiệu lực kể từ phòng chống mã độc sao lưu khôi phục dữ liệu cấp độ thi \
    hành án dân chấp viên hồ sơ vụ được không phải và của các trong cho với này đối về một những tại khi đến bộ tư pháp";

/// Measures how long the slowest search takes.
pub(crate) fn run(bounds: &Bounds) -> Result<(), String> {
    let index = {
        let entries = entries();
        let started = Instant::now();
        let index = Index::new(entries);
        heading(&format!("documents: {DOCUMENTS} texts of {WORDS} words"));
        note(&format!("made ready in {:.2} s, once after each upload", started.elapsed().as_secs_f64()));
        index
    };
    let mut slowest = (0.0_f64, "");
    for query in QUERIES {
        for _ in 0..TIMES {
            let started = Instant::now();
            let (hits, _) = index.search(query, 50);
            for hit in hits.iter().take(50) {
                black_box(index.excerpt(hit, 1));
            }
            let took = started.elapsed().as_secs_f64() * 1e3;
            if took > slowest.0 {
                slowest = (took, query);
            }
        }
    }
    let found = index.search("mật khẩu", 1).1;
    if found < DOCUMENTS / 2 {
        return Err(format!("{found} documents with a word that stands in most"));
    }
    note(&format!("the slowest query is {:?}", slowest.1));
    bounds.at_most("slowest search with 50 excerpts", slowest.0, SEARCH_MS_MAX, "ms");
    Ok(())
}

fn entries() -> Vec<Entry> {
    let syllables: Vec<&str> = SYLLABLES.split_whitespace().collect();
    let mut chance = Chance(2026);
    let entry = |number: usize| {
        let text: String = (0..WORDS)
            .map(|_| {
                // The first words are the most frequent ones, as in any language.
                let place = chance.below(syllables.len()).min(chance.below(syllables.len()));
                let word = syllables.get(place).copied().unwrap_or_default();
                let is_broken = chance.next().is_multiple_of(BROKEN_EVERY);
                let middle = word.char_indices().nth(1).filter(|_| is_broken).map(|(middle, _)| middle);
                middle
                    .and_then(|middle| word.split_at_checked(middle))
                    .map_or_else(|| format!("{word} "), |(head, tail)| format!("{head} {tail} "))
            })
            .collect();
        let title = format!("{number}/2026/NĐ-CP");
        vec![Field { weight: 8, text: title }, Field { weight: 1, text }]
    };
    (0..DOCUMENTS).map(entry).collect()
}

/// Numbers that look random and are the same in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 16).unwrap_or_default() % end
    }
}
