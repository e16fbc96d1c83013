//! Circles of arrows: between the files and folders that stand side by side in a folder.
//!
//! A circle of files goes through two or more children of the folder that holds them all, and is one of those children.
//! So where no folder's children form a circle, no files do.

use super::arrows::Arrows;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The arrows between the children of each folder: a file and the folder of its own modules are one child.
pub fn by_folder(arrows: &Arrows) -> BTreeMap<PathBuf, BTreeMap<String, BTreeSet<String>>> {
    let mut folders: BTreeMap<PathBuf, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (from, targets) in arrows {
        for to in targets {
            let (from, to) = (steps(from), steps(to));
            let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            // A file stands in the folder of its own modules, too, when one of them and it use each other.
            let child = |steps: &[String]| steps.get(same).cloned().unwrap_or_else(|| "(itself)".to_owned());
            let folder: PathBuf = from[..same].iter().collect();
            folders.entry(folder).or_default().entry(child(&from)).or_default().insert(child(&to));
        }
    }
    folders
}

/// `exec/token/grant.rs` as `exec`, `token`, `grant`; a `mod.rs` as its folder.
fn steps(file: &Path) -> Vec<String> {
    let mut steps: Vec<String> =
        file.with_extension("").components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    if steps.last().is_some_and(|last| last == "mod") {
        steps.pop();
    }
    steps
}

/// The largest sets of which each member can be reached from each other one; those of two or more.
pub fn circles<T: Ord + Clone>(arrows: &BTreeMap<T, BTreeSet<T>>) -> Vec<BTreeSet<T>> {
    let reached: BTreeMap<&T, BTreeSet<&T>> = arrows.keys().map(|from| (from, reach(arrows, from))).collect();
    let mut circles: Vec<BTreeSet<T>> = Vec::new();
    for (from, to) in &reached {
        let both = |other: &&&T| reached.get(**other).is_some_and(|back| back.contains(from));
        let circle: BTreeSet<T> = to.iter().filter(both).map(|member| (*member).clone()).collect();
        if circle.len() > 1 && !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

fn reach<'a, T: Ord>(arrows: &'a BTreeMap<T, BTreeSet<T>>, from: &'a T) -> BTreeSet<&'a T> {
    let (mut reached, mut ahead) = (BTreeSet::new(), vec![from]);
    while let Some(next) = ahead.pop() {
        for to in arrows.get(next).into_iter().flatten() {
            if reached.insert(to) {
                ahead.push(to);
            }
        }
    }
    reached
}

/// A way around a circle, as `a → b → a`.
pub fn shown<T: Ord + Clone>(
    circle: &BTreeSet<T>,
    arrows: &BTreeMap<T, BTreeSet<T>>,
    name: impl Fn(&T) -> String,
) -> String {
    let Some(first) = circle.first() else {
        return String::new();
    };
    // The shortest way back, breadth first.
    let mut ways: Vec<Vec<&T>> = vec![vec![first]];
    let mut seen = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            for to in arrows.get(way[way.len() - 1]).into_iter().flatten().filter(|to| circle.contains(to)) {
                let mut way = way.clone();
                way.push(to);
                if to == first {
                    return way.into_iter().map(&name).collect::<Vec<_>>().join(" → ");
                }
                if seen.insert(to) {
                    longer.push(way);
                }
            }
        }
        ways = longer;
    }
    String::new()
}
