//! The files of a crate, and the files that each uses.

use super::source::{Segments, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The files that each file uses; all paths are relative to the root of the repository.
pub type Edges = BTreeMap<String, BTreeSet<String>>;

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Rust files below a folder, as paths from the root of the repository, sorted.
pub fn files_under(folder: &str) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let path = path.strip_prefix(root()).expect("below the root");
                files.push(path.to_str().expect("text").replace('\\', "/"));
            }
        }
    }
    files.sort();
    files
}

/// The modules of a crate that have a file of their own, without tests.
pub struct CrateFiles {
    modules: BTreeMap<Segments, (String, Source)>,
}

impl CrateFiles {
    /// Reads the crate whose sources are in this folder.
    pub fn read(folder: &str) -> Self {
        let mut modules: BTreeMap<Segments, (String, Source)> = BTreeMap::new();
        for file in files_under(folder) {
            let name = file[folder.len() + 1..].trim_end_matches(".rs");
            let mut module: Segments = name.split('/').map(str::to_owned).collect();
            if module.last().is_some_and(|last| last == "mod" || last == "lib") {
                module.pop();
            }
            if name != "main" {
                let source = Source::read(&root().join(&file));
                modules.insert(module, (file, source));
            }
        }
        let tests: Vec<Segments> = modules
            .iter()
            .flat_map(|(module, (_, source))| {
                let named =
                    |name: &String| [module.as_slice(), std::slice::from_ref(name)].concat();
                source.test_modules.iter().map(named)
            })
            .collect();
        modules.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
        Self { modules }
    }

    /// The files of the crate that each file uses. A re-exported item counts as used from the file that defines it.
    ///
    /// A module and its own submodules don't count as a circle: the module combines the submodules, which use the
    /// module's items.
    pub fn edges(&self) -> Edges {
        let mut edges = Edges::new();
        for (module, (file, source)) in &self.modules {
            let used = edges.entry(file.clone()).or_default();
            for path in &source.paths {
                let Some(other) = self.resolve(module, path, 0) else { continue };
                if !other.starts_with(module) && !module.starts_with(&other) {
                    used.insert(self.modules[&other].0.clone());
                }
            }
        }
        edges
    }

    /// The crates that each file names.
    pub fn other_crates(&self) -> Vec<(String, BTreeSet<String>)> {
        let files = self.modules.iter().map(|(module, (file, source))| {
            let foreign = |path: &&Segments| {
                let first = &path[0];
                let child = [module.as_slice(), std::slice::from_ref(first)].concat();
                let here = source.names.get(first).is_some_and(|path| path[0] != *first);
                !here && !self.modules.contains_key(&child)
            };
            // A name without `::` is a local name.
            let paths = source.paths.iter().filter(|path| path.len() > 1);
            let firsts = paths.filter(foreign).map(|path| path[0].clone());
            (file.clone(), firsts.collect())
        });
        files.collect()
    }

    /// The module that defines the last item of a path. `None`: it is in another crate, or the name is local.
    fn resolve(&self, from: &Segments, path: &[String], depth: usize) -> Option<Segments> {
        // The names lead to each other in a circle.
        if depth > 20 {
            return None;
        }
        let (first, mut rest) = path.split_first()?;
        let mut module = from.clone();
        match first.as_str() {
            "crate" => module.clear(),
            "self" => {}
            "super" => {
                module.pop();
                while let Some(("super", after)) = rest.split_first().map(|(f, a)| (f.as_str(), a))
                {
                    module.pop();
                    rest = after;
                }
            }
            _ => {
                let child = [from.as_slice(), std::slice::from_ref(first)].concat();
                if self.modules.contains_key(&child) {
                    module = child;
                } else {
                    let named = self.modules[from].1.names.get(first)?;
                    return if named == path {
                        None
                    } else {
                        self.resolve(from, &[named, rest].concat(), depth + 1)
                    };
                }
            }
        }
        while let Some((next, after)) = rest.split_first() {
            let child = [module.as_slice(), std::slice::from_ref(next)].concat();
            if self.modules.contains_key(&child) {
                (module, rest) = (child, after);
                continue;
            }
            let source = &self.modules.get(&module)?.1;
            if let Some(named) = source.names.get(next) {
                return self.resolve(&module, &[named.as_slice(), after].concat(), depth + 1);
            }
            break;
        }
        self.modules.contains_key(&module).then_some(module)
    }
}
