//! The ids that look most like one that does not exist.

/// How many ids are named.
const NAMED_MAX: usize = 5;

/// How many characters of an id are compared.
const COMPARED_CHARS_MAX: usize = 80;

/// The ids of the fewest edits, best first; without regard to case. Ids that contain the wanted one come first.
pub(super) fn nearest<'a>(wanted: &str, ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let key = |text: &str| -> Vec<char> { text.to_lowercase().chars().take(COMPARED_CHARS_MAX).collect() };
    let wanted_key = key(wanted);
    let lower = wanted.to_lowercase();
    let mut ranked: Vec<(usize, &str)> = ids
        .map(|id| {
            let inside = !lower.is_empty() && id.to_lowercase().contains(&lower);
            let rank = if inside { 0 } else { 1 + edits(&wanted_key, &key(id)) };
            (rank, id)
        })
        .collect();
    // A stable sort keeps the order of the ids among equals.
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().take(NAMED_MAX).map(|(_, id)| id).collect()
}

/// The edit distance (insert, delete, replace).
fn edits(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        let mut left = i + 1;
        for (y, pair) in b.iter().zip(row.windows(2)) {
            let (diagonal, above) = match pair {
                [diagonal, above] => (*diagonal, *above),
                _ => continue,
            };
            left = (diagonal + usize::from(x != y)).min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        let count = |a: &str, b: &str| edits(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(count("kitten", "sitting"), 3);
        assert_eq!(count("", "abc"), 3);
        assert_eq!(count("abc", ""), 3);
        assert_eq!(count("same", "same"), 0);
    }

    #[test]
    fn the_nearest_come_first_and_a_part_counts_as_near() {
        let ids = ["CSU-CODE-001", "CSU-HASH-002", "secret-hash/absent", "SEM-011"];
        assert_eq!(nearest("csu-hsah-002", ids.into_iter())[0], "CSU-HASH-002");
        assert_eq!(nearest("absent", ids.into_iter())[0], "secret-hash/absent");
    }
}
