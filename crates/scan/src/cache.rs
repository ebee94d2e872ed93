//! Verdicts that are known already. A scanner has one set of rules, limits and policies, so bytes, name and passwords are
//! all that tells its verdicts apart.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use khien_inspect::Inspection;

/// What a verdict depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// SHA-256 of the bytes.
    pub(crate) sha256: String,
    /// Its endings and letters are looked at.
    pub(crate) name: String,
    pub(crate) passwords: Vec<String>,
    /// Which signatures a further detector has.
    pub(crate) signatures: String,
}

/// The last verdicts.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    known: BTreeMap<Key, (Instant, Arc<Inspection>)>,
    /// The keys in the order in which they came.
    order: VecDeque<Key>,
    capacity: usize,
}

/// The largest tree that is remembered, in nodes: many small verdicts are worth more than one large one.
const MAX_NODES: usize = 1_000;

impl Cache {
    /// A cache of `capacity` verdicts.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, ..Self::default() }
    }

    /// The verdict for `key`, if it holds without end or is not older than `holds`.
    pub(crate) fn get(&self, key: &Key, holds: Option<Duration>) -> Option<Arc<Inspection>> {
        let (put, inspection) = self.known.get(key)?;
        holds.is_none_or(|holds| put.elapsed() < holds).then(|| Arc::clone(inspection))
    }

    /// Remembers a verdict; the oldest one goes when there is no room.
    pub(crate) fn put(&mut self, key: Key, inspection: &Arc<Inspection>) {
        if self.capacity == 0 || inspection.nodes.len() > MAX_NODES {
            return;
        }
        if self.known.insert(key.clone(), (Instant::now(), Arc::clone(inspection))).is_none() {
            self.order.push_back(key);
        }
        while self.known.len() > self.capacity
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use khien_inspect::Reason;

    use super::*;

    fn key(number: usize) -> Key {
        let text = |text: &str| text.to_owned();
        Key { sha256: number.to_string(), name: text("a"), passwords: Vec::new(), signatures: text("") }
    }

    #[test]
    fn the_oldest_verdict_goes_first() {
        let inspection = Arc::new(Inspection::not_begun("a", 0, String::new(), String::new(), Reason::UnknownType));
        let mut cache = Cache::new(2);
        for number in 0..3 {
            cache.put(key(number), &inspection);
            cache.put(key(number), &inspection);
        }
        let known: Vec<bool> = (0..3).map(|number| cache.get(&key(number), None).is_some()).collect();
        assert_eq!(known, [false, true, true]);
        assert!(cache.get(&key(2), Some(Duration::from_mins(1))).is_some());
        assert!(cache.get(&key(2), Some(Duration::ZERO)).is_none());
        let mut none = Cache::new(0);
        none.put(key(1), &inspection);
        assert!(none.get(&key(1), None).is_none());
    }
}
