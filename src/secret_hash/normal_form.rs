//! The two normal forms of Unicode text (UAX #15), as far as this harness needs them: the letters of Latin-1 and the
//! Hangul syllables. Other text stays as it is.

/// A combining mark, the letters it goes on, and what they make together.
const PAIRS: [(char, &str, &str); 7] = [
    ('\u{300}', "AEIOUaeiou", "ÀÈÌÒÙàèìòù"),
    ('\u{301}', "AEIOUYaeiouy", "ÁÉÍÓÚÝáéíóúý"),
    ('\u{302}', "AEIOUaeiou", "ÂÊÎÔÛâêîôû"),
    ('\u{303}', "ANOano", "ÃÑÕãñõ"),
    ('\u{308}', "AEIOUaeiouy", "ÄËÏÖÜäëïöüÿ"),
    ('\u{30a}', "Aa", "Åå"),
    ('\u{327}', "Cc", "Çç"),
];

const SYLLABLES: u32 = 0xac00;
const LEADS: u32 = 0x1100;
const VOWELS: u32 = 0x1161;
/// One before the first trailing consonant: a syllable may have none.
const TAILS: u32 = 0x11a7;
const VOWEL_COUNT: u32 = 21;
const TAIL_COUNT: u32 = 28;
const LEAD_COUNT: u32 = 19;

/// Letters taken apart: form D.
pub(super) fn decomposed(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match apart(c) {
            Some((base, mark)) => out.extend([base, mark]),
            None => out.extend(jamo(c)),
        }
        out
    })
}

/// Letters put together: form C.
pub(super) fn composed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match out.chars().next_back().and_then(|last| together(last, c)) {
            Some(one) => {
                out.pop();
                out.push(one);
            }
            None => out.push(c),
        }
    }
    out
}

fn apart(c: char) -> Option<(char, char)> {
    PAIRS.iter().find_map(|(mark, bases, whole)| {
        let at = whole.chars().position(|letter| letter == c)?;
        Some((bases.chars().nth(at)?, *mark))
    })
}

fn together(base: char, next: char) -> Option<char> {
    let marked = PAIRS.iter().find(|(mark, ..)| *mark == next).and_then(|(_, bases, whole)| {
        let at = bases.chars().position(|letter| letter == base)?;
        whole.chars().nth(at)
    });
    marked.or_else(|| syllable(u32::from(base), u32::from(next)))
}

fn jamo(c: char) -> Vec<char> {
    let index = match u32::from(c).checked_sub(SYLLABLES) {
        Some(index) if index < LEAD_COUNT * VOWEL_COUNT * TAIL_COUNT => index,
        _ => return vec![c],
    };
    let tail = index % TAIL_COUNT;
    let parts = [
        Some(LEADS + index / (VOWEL_COUNT * TAIL_COUNT)),
        Some(VOWELS + index / TAIL_COUNT % VOWEL_COUNT),
        (tail > 0).then_some(TAILS + tail),
    ];
    parts.into_iter().flatten().filter_map(char::from_u32).collect()
}

fn syllable(first: u32, next: u32) -> Option<char> {
    if let (Some(lead), Some(vowel)) = (first.checked_sub(LEADS), next.checked_sub(VOWELS))
        && lead < LEAD_COUNT
        && vowel < VOWEL_COUNT
    {
        return char::from_u32(SYLLABLES + (lead * VOWEL_COUNT + vowel) * TAIL_COUNT);
    }
    let (open, tail) = (first.checked_sub(SYLLABLES)?, next.checked_sub(TAILS)?);
    let is_open = open < LEAD_COUNT * VOWEL_COUNT * TAIL_COUNT && open % TAIL_COUNT == 0;
    (is_open && (1..TAIL_COUNT).contains(&tail)).then(|| char::from_u32(first + tail)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_syllables_come_apart_and_together_again() {
        for (composed_text, decomposed_text) in [
            ("Zo\u{eb}", "Zoe\u{308}"),
            ("\u{c5}ngstr\u{f6}m", "A\u{30a}ngstro\u{308}m"),
            ("\u{d55c}\u{ad6d}\u{c5b4}", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}\u{110b}\u{1165}"),
            ("john.doe \u{1f600} \u{111}", "john.doe \u{1f600} \u{111}"),
        ] {
            assert_eq!(decomposed(composed_text), decomposed_text);
            assert_eq!(composed(decomposed_text), composed_text);
        }
    }
}
