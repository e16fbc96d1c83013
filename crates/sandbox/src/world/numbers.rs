//! Numbers with a check digit, as those who take them check it: all are valid in form, and none is anybody's.

use crate::world::hash::Draw;

/// A vehicle identification number. Its maker, a small one by the 9 in its third place, does not exist.
pub(crate) fn vin(draw: &mut Draw, year: i64) -> String {
    const YEARS: &[u8; 30] = b"ABCDEFGHJKLMNPRSTVWXY123456789";
    // Year codes come again after thirty years; A was 1980 and 2010.
    let model = YEARS[(year - 1980).rem_euclid(30) as usize] as char;
    let kind = ["TA5", "TV4", "FA3", "RA5"][draw.below(4) as usize];
    let body = [2, 3][draw.below(2) as usize];
    let plain = format!("1S9{kind}{body}{}0{model}AXSB{:03}", draw.below(10), draw.below(1000));
    let mut vin = plain.into_bytes();
    vin[8] = vin_check(&vin);
    String::from_utf8(vin).unwrap_or_default()
}

/// The ninth character of a number, whatever is in its place.
fn vin_check(vin: &[u8]) -> u8 {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let value = |character: u8| match character {
        b'0'..=b'9' => u32::from(character - b'0'),
        b'A'..=b'H' => u32::from(character - b'A') + 1,
        b'J'..=b'N' => u32::from(character - b'J') + 1,
        b'P' => 7,
        b'R' => 9,
        _ => u32::from(character.wrapping_sub(b'S')) + 2,
    };
    let sum: u32 = vin.iter().zip(WEIGHTS).map(|(&character, weight)| value(character) * weight).sum();
    match sum % 11 {
        10 => b'X',
        digit => b'0' + digit as u8,
    }
}

/// A bank's routing number. Numbers that begin with 80 are of traveler's checks, so that no account is behind one.
pub(crate) fn routing(draw: &mut Draw) -> String {
    const WEIGHTS: [u32; 8] = [3, 7, 1, 3, 7, 1, 3, 7];
    let plain = format!("80{:06}", draw.below(1_000_000));
    let sum: u32 = plain.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{plain}{}", (10 - sum % 10) % 10)
}

/// An employer's number. Those with 98 are of foreign companies, which these carriers are not.
pub(crate) fn ein(draw: &mut Draw) -> String {
    format!("98-00{:05}", draw.below(100_000))
}

/// One of the ten social security numbers that are for advertisements.
pub(crate) fn ssn(draw: &mut Draw) -> String {
    format!("987-65-432{}", draw.below(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_known_numbers() {
        // The example of the rule itself, and the number whose check digit is X.
        assert_eq!(vin_check(b"11111111111111111"), b'1');
        assert_eq!(vin_check(b"1M8GDM9AXKP042788"), b'X');
        let mut draw = Draw::new(7);
        for year in 2000..2030 {
            let number = vin(&mut draw, year);
            assert!(number.len() == 17 && !number.contains(['I', 'O', 'Q']), "{number}");
            assert_eq!(vin_check(number.as_bytes()), number.as_bytes()[8], "{number}");
        }
    }

    #[test]
    fn routing_numbers_add_up() {
        let mut draw = Draw::new(7);
        for _ in 0..200 {
            let number = routing(&mut draw);
            let digits: Vec<u32> = number.bytes().map(|digit| u32::from(digit - b'0')).collect();
            let sum: u32 = digits.iter().zip([3, 7, 1, 3, 7, 1, 3, 7, 1]).map(|(digit, weight)| digit * weight).sum();
            assert!(number.len() == 9 && sum.is_multiple_of(10), "{number}");
        }
    }
}
