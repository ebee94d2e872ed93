//! `--help` in the reader's language.

use clap::{Command, builder::StyledStr};

use crate::i18n::Texts;

/// Puts the descriptions and headings of `texts` into `command` and all commands below it.
pub(crate) fn localised(command: Command, texts: &Texts, width: usize) -> Command {
    let name = command.get_name().to_owned();
    localise(command.term_width(width), "help", &name, texts)
}

/// `key` is where the texts of `command` stand, `path` is how it is typed: `khien directive list`.
fn localise(command: Command, key: &str, path: &str, texts: &Texts) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|below| below.get_name().to_owned()).collect();
    let mut command = command
        .about(texts.text(key))
        .help_template(template(texts))
        .subcommand_help_heading(texts.text("help-heading-commands"))
        .subcommand_value_name(texts.text("help-value-command"))
        .disable_help_flag(true)
        // A missing command is said in one sentence, like every other mistake.
        .arg_required_else_help(false)
        .mut_args(|argument| {
            let heading = if argument.is_positional() { "help-heading-arguments" } else { "help-heading-options" };
            let argument = match argument.get_value_names().and_then(|names| names.first()) {
                Some(name) if argument.get_action().takes_values() => {
                    let words = texts.find(&value_key(name), &[]);
                    let name = words.unwrap_or_else(|| name.to_string());
                    argument.value_name(name)
                }
                _ => argument,
            };
            let help = texts.text(&argument_key(key, argument.get_id().as_str(), argument.is_global_set()));
            argument.help(help).help_heading(texts.text(heading))
        });
    if let Some(after) = texts.find(&format!("{key}-after"), &[]) {
        command = command.after_help(after);
    }
    let usage = command.render_usage().to_string();
    // The parser writes English around names that are ours already.
    let usage = usage.trim_start_matches("Usage:").trim().replace("[OPTIONS]", &texts.text("help-value-options"));
    let usage = usage.replacen(command.get_name(), path, 1);
    command = command.override_usage(usage);
    for name in names {
        let (key, path) = (format!("{key}-{name}"), format!("{path} {name}"));
        command = command.mut_subcommand(name, |subcommand| localise(subcommand, &key, &path, texts));
    }
    command
}

/// The key of an argument's description. An argument that every command takes is described once.
fn argument_key(command: &str, argument: &str, global: bool) -> String {
    match argument {
        "version" => "help-version".to_owned(),
        _ if global => format!("help-{argument}"),
        _ => format!("{command}--{argument}"),
    }
}

/// The key of what stands for a value: `ID|FILE` is `help-value-id-file`. Words like `vi|en` have none.
fn value_key(name: &str) -> String {
    format!("help-value-{}", name.to_lowercase().replace('|', "-"))
}

fn template(texts: &Texts) -> StyledStr {
    StyledStr::from(format!(
        "{{about}}\n\n{}\n  {{usage}}\n\n{{all-args}}{{after-help}}\n",
        texts.text("help-heading-usage")
    ))
}

/// Every text that the descriptions need.
#[cfg(test)]
pub(crate) fn keys() -> Vec<String> {
    use clap::CommandFactory as _;

    fn collect(command: &Command, key: &str, keys: &mut Vec<String>) {
        keys.push(key.to_owned());
        let with_value = command.get_arguments().filter(|argument| argument.get_action().takes_values());
        let named = with_value.filter_map(|argument| argument.get_value_names()?.first());
        keys.extend(named.filter(|name| **name == name.to_uppercase()).map(|name| value_key(name)));
        let arguments = command.get_arguments();
        keys.extend(arguments.map(|argument| argument_key(key, argument.get_id().as_str(), argument.is_global_set())));
        for below in command.get_subcommands() {
            collect(below, &format!("{key}-{}", below.get_name()), keys);
        }
    }
    let mut keys = vec![
        "help-after".to_owned(),
        "help-check-after".to_owned(),
        "help-scan-after".to_owned(),
        "help-rules-after".to_owned(),
    ];
    collect(&super::Arguments::command(), "help", &mut keys);
    keys
}
