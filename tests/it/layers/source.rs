//! One source file: its imports, and the paths that its code names.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use syn::visit::{self, Visit};
use syn::{Attribute, File, Item, ItemUse, Macro, UseTree, Visibility};

/// Segments of a path.
pub type Segments = Vec<String>;

/// A file without its tests, unless a field says otherwise.
#[derive(Default)]
pub struct Source {
    /// Imports that only this file uses, and re-exports: the name, and the path of the item.
    pub names: BTreeMap<String, Segments>,
    /// Modules that are imported with `*`.
    pub globs: Vec<Segments>,
    /// Names that are re-exported. A re-export doesn't count as a use.
    pub re_exported: BTreeSet<String>,
    /// Paths that the code names, including imports. Names without `::` are included, because they may be re-exported
    /// ones.
    pub paths: BTreeSet<Segments>,
    /// Paths in the tests of this file.
    test_paths: BTreeSet<Segments>,
    /// Modules that have a file of their own and exist only for tests.
    pub test_modules: BTreeSet<String>,
}

impl Source {
    pub fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).expect("readable");
        Self::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }

    pub fn parse(text: &str) -> syn::Result<Self> {
        let mut source = Self::default();
        let File { items, .. } = syn::parse_file(text)?;
        for item in items {
            if is_test(&item) {
                if let Item::Mod(module) = &item
                    && module.content.is_none()
                {
                    source.test_modules.insert(module.ident.to_string());
                }
                let mut tests = Self::default();
                tests.visit_item(&item);
                source.test_paths.extend(tests.paths);
            } else {
                source.visit_item(&item);
            }
        }
        Ok(source)
    }

    /// All paths, including those of tests.
    pub fn all_paths(&self) -> Vec<&Segments> {
        self.paths.iter().chain(&self.test_paths).collect()
    }

    fn import(&mut self, tree: &UseTree, mut before: Segments, public: bool) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.import(&path.tree, before, public);
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.import(tree, before.clone(), public));
            }
            UseTree::Glob(_) => {
                self.paths.insert(before.clone());
                self.globs.push(before);
            }
            UseTree::Name(name) => self.named(&name.ident.to_string(), None, before, public),
            UseTree::Rename(rename) => {
                let new = rename.rename.to_string();
                self.named(&rename.ident.to_string(), Some(new), before, public);
            }
        }
    }

    fn named(&mut self, name: &str, renamed: Option<String>, mut path: Segments, public: bool) {
        if name != "self" {
            path.push(name.to_owned());
        }
        let last = path.last().cloned().unwrap_or_default();
        let name = renamed.unwrap_or(last);
        if public {
            self.re_exported.insert(name.clone());
        } else {
            self.paths.insert(path.clone());
        }
        self.names.insert(name, path);
    }

    /// Paths in the arguments of a macro, whose syntax isn't parsed.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path = Segments::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.end(&mut path);
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.end(&mut path);
                    self.tokens(group.stream());
                    colons = 0;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {
                    self.end(&mut path);
                    colons = 0;
                }
            }
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Segments) {
        if !path.is_empty() {
            self.paths.insert(std::mem::take(path));
        }
    }
}

impl<'ast> Visit<'ast> for Source {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let public = !matches!(item.vis, Visibility::Inherited);
        self.import(&item.tree, Segments::new(), public);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.paths.insert(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, found: &'ast Macro) {
        self.tokens(found.tokens.clone());
        visit::visit_macro(self, found);
    }

    /// `pub(in crate::…)` and `pub(super)` don't count as uses.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    /// Derives don't count as uses.
    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

/// Whether an item exists only in tests: `#[cfg(test)]`, `#[test]`.
fn is_test(item: &Item) -> bool {
    let attributes = match item {
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Const(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Ident>().is_ok_and(|name| name == "test")
    })
}

#[test]
fn paths_are_found_in_all_their_forms() {
    let text = "use crate::domain::{ArmId, Text};
        use crate::{frame::Frame, query::{self, Query}, cli as shell};
        pub use part::Part;
        // use crate::plugin;
        /// [`crate::emulator`]
        fn f() -> crate::instance::Instance { vec![crate :: arg::x(), shell::y] }
        #[cfg(test)]
        mod tests { use crate::settings::Settings; }";
    let source = Source::parse(text).expect("Rust");
    let below = |first: &str, paths: Vec<&Segments>| -> BTreeSet<String> {
        paths
            .into_iter()
            .filter(|path| path[0] == first)
            .filter_map(|path| path.get(1).cloned())
            .collect()
    };
    let found = below("crate", source.paths.iter().collect());
    assert_eq!(
        found,
        ["arg", "cli", "domain", "frame", "instance", "query"].map(str::to_owned).into()
    );
    assert!(below("crate", source.all_paths()).contains("settings"));
    assert_eq!(source.names["shell"], ["crate", "cli"]);
    assert!(
        source.re_exported.contains("Part") && !below("part", source.all_paths()).contains("Part")
    );
}
