//! What can be typed behind `khien rules`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `khien rules …`
#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    Sources {
        #[arg(long)]
        json: bool,
    },
    Pull(PullArguments),
    Pack(Box<PackArguments>),
    Verify(VerifyArguments),
    Load(LoadArguments),
    List {
        #[command(flatten)]
        folder: FolderArguments,
        #[arg(long)]
        json: bool,
    },
    Unload {
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        folder: FolderArguments,
    },
    Trust {
        #[arg(value_name = "KEY")]
        public_key: String,
        #[arg(long)]
        remove: bool,
        #[command(flatten)]
        folder: FolderArguments,
    },
}

/// Which folder of installed packs is meant.
#[derive(Debug, Args)]
pub(crate) struct FolderArguments {
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
}

/// Where rules come from, and what is to be said of a source that does not say it itself.
#[derive(Debug, Args)]
pub(crate) struct SourceArguments {
    #[arg(value_name = "SOURCE", required = true)]
    pub(crate) sources: Vec<String>,
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) named: Option<String>,
    #[arg(long, value_name = "LICENCE")]
    pub(crate) licence: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) author: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) edition: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
}

/// `khien rules pull …`
#[derive(Debug, Args)]
pub(crate) struct PullArguments {
    #[command(flatten)]
    pub(crate) from: SourceArguments,
    #[arg(long, short = 'o', value_name = "DIR")]
    pub(crate) out: PathBuf,
    #[arg(long)]
    pub(crate) json: bool,
}

/// `khien rules pack …`
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that is typed or not")]
pub(crate) struct PackArguments {
    #[command(flatten)]
    pub(crate) from: SourceArguments,
    #[arg(long, short = 'o', value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    #[arg(long)]
    pub(crate) new_key: bool,
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[arg(long)]
    pub(crate) for_others: bool,
    #[arg(long)]
    pub(crate) all: bool,
    #[arg(long)]
    pub(crate) json: bool,
}

/// `khien rules verify …`
#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    #[arg(value_name = "FILE")]
    pub(crate) pack: PathBuf,
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Vec<String>,
    #[command(flatten)]
    pub(crate) folder: FolderArguments,
    #[arg(long)]
    pub(crate) all: bool,
    #[arg(long)]
    pub(crate) json: bool,
}

/// `khien rules load …`
#[derive(Debug, Args)]
pub(crate) struct LoadArguments {
    #[arg(value_name = "FILE")]
    pub(crate) pack: PathBuf,
    #[arg(long, value_name = "KEY")]
    pub(crate) trust: Vec<String>,
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) folder: FolderArguments,
}
