//! Finished documents, the latest asked for, bounded in bytes.

use std::collections::VecDeque;
use std::sync::Arc;

/// What a document is found by: a digest of everything that it shows and of the template that showed it.
pub type Key = [u8; 32];

/// Least recently used first. A few hundred entries at most, so that looking through them costs less than a map would.
#[derive(Debug)]
pub struct Cache {
    entries: VecDeque<(Key, Arc<[u8]>)>,
    bytes: usize,
    bytes_max: usize,
}

/// Entries that are kept however small they are; it bounds the time to look through them.
const ENTRIES_MAX: usize = 256;

impl Cache {
    pub fn new(bytes_max: usize) -> Self {
        Self { entries: VecDeque::new(), bytes: 0, bytes_max }
    }

    pub fn get(&mut self, key: &Key) -> Option<Arc<[u8]>> {
        let index = self.entries.iter().position(|(known, _)| known == key)?;
        let entry = self.entries.remove(index)?;
        let bytes = Arc::clone(&entry.1);
        self.entries.push_back(entry);
        Some(bytes)
    }

    /// Keeps a document, and lets the ones go that were not asked for the longest. One larger than all there is room
    /// for is not kept.
    pub fn put(&mut self, key: Key, document: Arc<[u8]>) {
        if document.len() > self.bytes_max || self.get(&key).is_some() {
            return;
        }
        self.bytes += document.len();
        self.entries.push_back((key, document));
        while self.bytes > self.bytes_max || self.entries.len() > ENTRIES_MAX {
            let Some((_, oldest)) = self.entries.pop_front() else { return };
            self.bytes -= oldest.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(length: usize) -> Arc<[u8]> {
        vec![0; length].into()
    }

    #[test]
    fn what_was_asked_for_lately_stays() {
        let mut cache = Cache::new(100);
        cache.put([1; 32], bytes(40));
        cache.put([2; 32], bytes(40));
        assert!(cache.get(&[1; 32]).is_some());
        cache.put([3; 32], bytes(40));
        assert!(cache.get(&[2; 32]).is_none(), "the one that nobody asked for goes first");
        assert!(cache.get(&[1; 32]).is_some());
        assert!(cache.get(&[3; 32]).is_some());
        assert_eq!(cache.bytes, 80);
    }

    #[test]
    fn it_never_holds_more_than_it_may() {
        let mut cache = Cache::new(100);
        cache.put([9; 32], bytes(101));
        assert!(cache.get(&[9; 32]).is_none());
        for index in 0..=255 {
            cache.put([index; 32], bytes(7));
        }
        assert!(cache.bytes <= 100);
        assert_eq!(cache.entries.len(), 14);
    }

    #[test]
    fn many_small_ones_are_bounded_too() {
        let mut cache = Cache::new(usize::MAX);
        for index in 0..=u16::MAX {
            let mut key = [0; 32];
            key[..2].copy_from_slice(&index.to_be_bytes());
            cache.put(key, bytes(1));
        }
        assert_eq!(cache.entries.len(), ENTRIES_MAX);
    }

    #[test]
    fn the_same_document_twice_counts_once() {
        let mut cache = Cache::new(100);
        cache.put([1; 32], bytes(40));
        cache.put([1; 32], bytes(40));
        assert_eq!((cache.bytes, cache.entries.len()), (40, 1));
    }
}
