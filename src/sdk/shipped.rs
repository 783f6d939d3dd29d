//! The drivers that come with Countersign: which SDK each moves, at which version, and how it is installed and started.
//!
//! A driver lies under `drivers/NAME/`, with a `sdk.toml` beside it: `name`, `version`, `language`, `install` (as in a
//! subject's profile: `kind` and `packages`) and `command`, in which `${bin}` stands for the folder of the installed
//! programs and `${driver}` for the driver.

use super::driver::DriverCommand;
use crate::subject::{Folders, Install, Installed, SubjectError, Wanted, install_packages};
use serde::Deserialize;
use std::fs;
use std::path::Path;

/// The name of each driver that comes with Countersign, its `sdk.toml`, the name of its program, and the program.
pub const SHIPPED: &[(&str, &str, &str, &str)] = &[
    (
        "boto3",
        include_str!("../../drivers/boto3/sdk.toml"),
        "driver.py",
        include_str!("../../drivers/boto3/driver.py"),
    ),
    (
        "aws-sdk-js-v3",
        include_str!("../../drivers/aws-sdk-js-v3/sdk.toml"),
        "driver.mjs",
        include_str!("../../drivers/aws-sdk-js-v3/driver.mjs"),
    ),
    (
        "aws-sdk-js-v2",
        include_str!("../../drivers/aws-sdk-js-v2/sdk.toml"),
        "driver.cjs",
        include_str!("../../drivers/aws-sdk-js-v2/driver.cjs"),
    ),
    (
        "amazon-cognito-identity-js",
        include_str!("../../drivers/amazon-cognito-identity-js/sdk.toml"),
        "driver.cjs",
        include_str!("../../drivers/amazon-cognito-identity-js/driver.cjs"),
    ),
    (
        "amplify-auth",
        include_str!("../../drivers/amplify-auth/sdk.toml"),
        "driver.mjs",
        include_str!("../../drivers/amplify-auth/driver.mjs"),
    ),
    (
        "pycognito",
        include_str!("../../drivers/pycognito/sdk.toml"),
        "driver.py",
        include_str!("../../drivers/pycognito/driver.py"),
    ),
];

/// A driver that comes with Countersign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipped {
    /// Its name.
    pub name: String,
    /// The pinned version of the SDK.
    pub version: String,
    /// The language.
    pub language: String,
    /// How the SDK is installed.
    pub install: Install,
    command: Vec<String>,
    file: &'static str,
    program: &'static str,
}

/// Why a driver that comes with Countersign cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShippedError {
    /// There is none of this name.
    #[error("`{found}` is no SDK that comes with Countersign; allowed: {allowed}")]
    Unknown {
        /// What was asked for.
        found: String,
        /// The names.
        allowed: String,
    },
    /// Its description is wrong.
    #[error("the description of `{name}` is wrong: {why}")]
    Wrong {
        /// Its name.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// It cannot be installed.
    #[error(transparent)]
    Install(#[from] SubjectError),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSdk {
    name: String,
    version: String,
    language: String,
    install: RawInstall,
    command: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawInstall {
    kind: String,
    packages: Vec<String>,
}

impl Shipped {
    /// All of them.
    pub fn all() -> Result<Vec<Self>, ShippedError> {
        SHIPPED.iter().map(|(name, ..)| Self::named(name)).collect()
    }

    /// The one of this name.
    pub fn named(wanted: &str) -> Result<Self, ShippedError> {
        let Some((name, text, file, program)) = SHIPPED.iter().find(|(name, ..)| *name == wanted) else {
            let names: Vec<String> = SHIPPED.iter().map(|(name, ..)| format!("`{name}`")).collect();
            let found = crate::wire::escape(wanted.as_bytes());
            return Err(ShippedError::Unknown { found, allowed: names.join(", ") });
        };
        let wrong = |why: String| ShippedError::Wrong { name: (*name).to_owned(), why };
        let raw: RawSdk = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let install = match raw.install.kind.as_str() {
            "pip" => Install::Pip(raw.install.packages),
            "npm" => Install::Npm(raw.install.packages),
            other => return Err(wrong(format!("`{other}` is not one of `pip`, `npm`"))),
        };
        if raw.name != *name {
            return Err(wrong(format!("it is named `{}`", raw.name)));
        }
        Ok(Self {
            name: raw.name,
            version: raw.version,
            language: raw.language,
            install,
            command: raw.command,
            file,
            program,
        })
    }

    /// Installs the SDK unless it is there, puts the driver beside it, and says how to start it.
    pub async fn prepare(
        &self,
        folders: &Folders,
        note: &mut dyn FnMut(String),
    ) -> Result<DriverCommand, ShippedError> {
        let wanted = Wanted { name: &self.name, version: &self.version, install: &self.install };
        let Installed { bin, root } = install_packages(wanted, folders, note).await?;
        let (bin, root) = (bin.unwrap_or_default(), root.unwrap_or_default());
        // Below the installation: a JavaScript module finds its packages from where it lies.
        let folder = root.join("countersign-driver");
        let driver = folder.join(self.file);
        place(&folder, &driver, self.program)?;
        let expand = |word: &String| {
            word.replace("${bin}", &bin.display().to_string())
                .replace("${driver}", &driver.display().to_string())
        };
        let mut words = self.command.iter().map(expand);
        Ok(DriverCommand {
            program: words.next().unwrap_or_default(),
            arguments: words.collect(),
            variables: Vec::new(),
        })
    }
}

/// Writes the driver whole or not at all: another run may be starting it.
fn place(folder: &Path, driver: &Path, text: &str) -> Result<(), SubjectError> {
    if fs::read_to_string(driver).is_ok_and(|found| found == text) {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(SubjectError::file("create", folder))?;
    let unfinished = driver.with_extension(format!("{}.tmp", std::process::id()));
    fs::write(&unfinished, text).map_err(SubjectError::file("write", &unfinished))?;
    fs::rename(&unfinished, driver).map_err(SubjectError::file("write", driver))
}
