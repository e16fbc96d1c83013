//! The disk as it may be when the power is back.

use crate::disk::{Disk, What, lengthen, set};
use fastrand::Rng;
use std::collections::{BTreeMap, BTreeSet};

/// What became of that which was on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Nothing,
    Everything,
    /// What was written first, as far as it goes: the disk kept the order.
    InOrder,
    /// All sectors but one.
    AllButOne,
    /// One sector alone.
    OneAlone,
    /// All of one file, and nothing of the others.
    OneFile,
    /// The folder, and nothing of what is in the files.
    NamesAlone,
    /// What is in the files, and nothing of the folder.
    BytesAlone,
    /// Few, half or most of the sectors, and any part of the folder.
    Any,
}

/// All of them; `Any` is many.
pub const KINDS: [Kind; 12] = [
    Kind::Nothing,
    Kind::Everything,
    Kind::InOrder,
    Kind::InOrder,
    Kind::AllButOne,
    Kind::OneAlone,
    Kind::OneFile,
    Kind::NamesAlone,
    Kind::BytesAlone,
    Kind::Any,
    Kind::Any,
    Kind::Any,
];

/// The files of a folder, by name.
pub type Image = BTreeMap<String, Vec<u8>>;

/// The disk after the power went.
pub fn image(disk: &Disk, kind: Kind, random: &mut Rng) -> Image {
    let mut pieces: Vec<_> =
        disk.files.iter().flat_map(|(file, all)| all.pending.iter().map(|p| (p.order, *file))).collect();
    pieces.sort_unstable();
    let one = random.choice(&pieces).copied().unwrap_or_default();
    let often = *random.choice(&[0.1, 0.5, 0.9]).expect("a number");
    let kept: BTreeSet<u64> = pieces
        .into_iter()
        .filter(|(order, file)| match kind {
            Kind::Nothing | Kind::NamesAlone => false,
            Kind::Everything | Kind::BytesAlone => true,
            Kind::InOrder => *order < one.0,
            Kind::AllButOne => *order != one.0,
            Kind::OneAlone => *order == one.0,
            Kind::OneFile => *file == one.1,
            Kind::Any => random.f64() < often,
        })
        .map(|(order, _)| order)
        .collect();
    let folder = folder(disk, kind, random);
    // Where a file grew and its bytes are missing there are zeros, or what was there before.
    let (grows, old) = (kind == Kind::Any && random.bool(), random.bool());
    let mut bytes = random.fork();
    let mut filler = |_| if old { bytes.u8(..) } else { 0 };
    let mut image = Image::new();
    for (name, file) in folder {
        let file = &disk.files[&file];
        let mut content = file.stable.clone();
        file.pending
            .iter()
            .filter(|piece| kept.contains(&piece.order))
            .for_each(|piece| piece.what.apply(&mut content, &mut filler));
        let cut = file.pending.iter().any(|piece| matches!(piece.what, What::Length(_)));
        let end = file.pending.iter().map(|piece| piece.what.end()).max().unwrap_or(0);
        if grows && !cut && end > content.len() {
            lengthen(&mut content, end, &mut filler);
        }
        image.insert(name, content);
    }
    image
}

/// What happened to one name happened in order; what happened to different names may not have.
fn folder(disk: &Disk, kind: Kind, random: &mut Rng) -> BTreeMap<String, u32> {
    let mut folder = disk.folder.clone();
    let (all, none) = match kind {
        Kind::Nothing | Kind::BytesAlone => (false, true),
        Kind::Everything | Kind::NamesAlone | Kind::OneFile => (true, false),
        Kind::InOrder | Kind::AllButOne | Kind::OneAlone => (random.bool(), false),
        Kind::Any => (false, false),
    };
    let mut stopped = BTreeSet::new();
    for (name, file) in &disk.names {
        if none || (!all && (stopped.contains(name) || random.bool())) {
            stopped.insert(name);
        } else {
            set(&mut folder, name.clone(), *file);
        }
    }
    folder
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Change;

    /// Two sectors are on the disk, and three others on their way over the second and behind it.
    fn disk() -> Disk {
        let mut disk = Disk::default();
        disk.apply(&Change::Create { file: 1, name: "a".to_owned() });
        disk.apply(&Change::Write { file: 1, at: 0, data: vec![1; 1024] });
        disk.apply(&Change::On);
        assert!(disk.is_settled());
        disk.apply(&Change::Write { file: 1, at: 600, data: vec![2; 1000] });
        disk.apply(&Change::Create { file: 2, name: "b".to_owned() });
        disk.apply(&Change::Write { file: 2, at: 0, data: vec![3] });
        disk
    }

    fn of(disk: &Disk, kind: Kind) -> Vec<Image> {
        let mut random = Rng::with_seed(1);
        (0..200).map(|_| image(disk, kind, &mut random)).collect()
    }

    #[test]
    fn what_was_flushed_stays_and_the_rest_may() {
        let disk = disk();
        let a = |length: usize| {
            let mut a = vec![1; 600];
            a.resize(length, 2);
            a
        };
        assert_eq!(of(&disk, Kind::Nothing)[0], Image::from([("a".to_owned(), vec![1; 1024])]));
        let all = Image::from([("a".to_owned(), a(1600)), ("b".to_owned(), vec![3])]);
        assert_eq!(of(&disk, Kind::Everything)[0], all);
        let (mut torn, mut holes, mut empty) = (0, 0, 0);
        for image in of(&disk, Kind::Any) {
            let found = &image["a"];
            assert!(found[..600] == [1; 600] && (1024..=1600).contains(&found.len()));
            assert!(found[600..1024].iter().all(|byte| *byte == found[600]), "a sector is torn");
            torn += usize::from(found[600] == 1 && found.len() == 1600 && found[1599] == 2);
            holes += usize::from(found.len() == 1600 && found[1599] != 2);
            empty += usize::from(image.get("b").is_some_and(Vec::is_empty));
        }
        assert!(torn > 5 && holes > 5 && empty > 5, "{torn} {holes} {empty}");
    }

    #[test]
    fn a_flush_is_of_one_file_or_of_the_folder() {
        let mut disk = disk();
        disk.apply(&Change::Sync { file: 2 });
        assert!(!of(&disk, Kind::Nothing)[0].contains_key("b"));
        disk.apply(&Change::SyncFolder);
        assert_eq!(of(&disk, Kind::Nothing)[0]["b"], [3]);
        assert_eq!((disk.pending("a"), disk.pending("b")), (3, 0));
        disk.apply(&Change::Delete { name: "b".to_owned() });
        disk.apply(&Change::Create { file: 3, name: "b".to_owned() });
        let found: BTreeSet<_> = of(&disk, Kind::Any).into_iter().map(|mut image| image.remove("b")).collect();
        assert_eq!(found, BTreeSet::from([None, Some(vec![]), Some(vec![3])]));
        disk.apply(&Change::Length { file: 1, length: 5 });
        let lengths: BTreeSet<_> = of(&disk, Kind::AllButOne).iter().map(|image| image["a"].len()).collect();
        assert_eq!(lengths, BTreeSet::from([5, 1600]));
    }
}
