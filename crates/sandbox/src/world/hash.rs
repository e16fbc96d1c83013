//! Cheap deterministic values: every field of every carrier is a hash of (seed, carrier, salt).

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finalizer of splitmix64; a bijection on 64 bits.
pub(crate) const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The inverse of [`mix`], so that a blob name can be traced to its carrier without a table of names.
pub(crate) const fn unmix(mut z: u64) -> u64 {
    z = (z ^ (z >> 31) ^ (z >> 62)).wrapping_mul(0x3196_42B2_D24D_8EC3);
    z = (z ^ (z >> 27) ^ (z >> 54)).wrapping_mul(0x96DE_1B17_3F11_9089);
    z ^ (z >> 30) ^ (z >> 60)
}

/// One hash of two numbers.
pub(crate) const fn pair(a: u64, b: u64) -> u64 {
    mix(a ^ mix(b.wrapping_add(GOLDEN)))
}

/// A stream of pseudo-random numbers.
#[derive(Clone, Copy)]
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) const fn new(state: u64) -> Self {
        Self(state)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number below `n`; 0 when `n` is 0.
    pub(crate) const fn below(&mut self, n: u32) -> u32 {
        reduce(self.next(), n)
    }

    /// True in `chance` of 256 cases.
    pub(crate) const fn hit(&mut self, chance: u32) -> bool {
        self.below(256) < chance
    }

    pub(crate) const fn pick(&mut self, words: &'static [&'static str]) -> &'static str {
        words[self.below(words.len() as u32) as usize]
    }
}

/// Maps a hash to `0..n` by multiplication, which is cheaper than a remainder and as even.
pub(crate) const fn reduce(hash: u64, n: u32) -> u32 {
    (((hash >> 32) * n as u64) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unmix_inverts_mix() {
        for n in [0, 1, 77, GOLDEN, u64::MAX] {
            assert_eq!(unmix(mix(n)), n);
        }
    }

    #[test]
    fn below_stays_below() {
        let mut draw = Draw::new(3);
        assert!((0..1000).all(|_| draw.below(7) < 7));
        assert_eq!(draw.below(0), 0);
    }
}
