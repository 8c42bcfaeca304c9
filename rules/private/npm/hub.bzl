# SPDX-License-Identifier: Apache-2.0
"""The files of a hub repository, as text: BUILD.bazel, install plans, prune reports."""

load(":plan.bzl", "plan")
load(":target_platform.bzl", "target_platform")

_HEADER = """\
# The npm packages of {lockfile}.
load({npm_tree}, "npm_tree")

package(default_visibility = ["//visibility:public"])

_NO_PLATFORM = {no_platform}
"""

_NO_PLATFORM = "The target platform is none of {platforms}, expected one of these. Set `platform` on node_app_image, or build with \
--platforms={example} or its like."

def _plan_text(lock, made):
    """Returns the install plan: one JSON object per line (wire.Package in tools/internal/wire)."""
    lines = []
    for path in made.kept:
        entry = lock.packages[path]
        package = {"path": path, "name": entry.name, "version": entry.version, "integrity": entry.integrity}
        if path in lock.bundlers:
            package["integrity"] = ""
            package["bundled"] = True
        if entry.bin:
            package["bin"] = entry.bin
        lines.append(json.encode(package) + "\n")
    return "".join(lines)

def _report_text(lock, made, set):
    """Returns the prune report: a JSON object with every package of the lockfile, kept or dropped and why, sorted by path."""
    packages = [
        {
            "path": path,
            "name": lock.packages[path].name,
            "version": lock.packages[path].version,
            "kept": path in made.kept,
            "reason": made.kept[path] if path in made.kept else made.dropped[path],
        }
        for path in sorted(lock.packages)
    ]
    return json.encode_indent({"set": set, "packages": packages, "notes": made.notes}, indent = "  ") + "\n"

def _tarballs(lock, made):
    """Returns the integrities of the tarballs that a plan needs, sorted."""
    return sorted({lock.packages[path].integrity: None for path in made.kept if path not in lock.bundlers})

def _write_distinct(files, texts, set, suffix):
    """Adds files of these texts, one for each distinct text, named after the set and the first platform that has it.

    Args:
      files: file name -> content, added to.
      texts: platform's name -> text.
      set: the set's name.
      suffix: of the file names.

    Returns:
      Platform's name -> file name.
    """
    names, by_text = {}, {}
    for platform, text in texts.items():
        if text not in by_text:
            by_text[text] = "{}.{}.{}".format(set, platform, suffix)
        names[platform] = by_text[text]
    if len(by_text) == 1 and len(texts) == len(target_platform.ALL):
        names = {platform: "{}.{}".format(set, suffix) for platform in texts}
    files.update({names[platform]: text for platform, text in texts.items()})
    return names

def _select(values, settings, must_match = False):
    """Returns BUILD text: a select over platforms. Values are BUILD text themselves."""
    rows = ["        {}: {},\n".format(repr(settings[name]), value) for name, value in values.items()]
    end = ", no_match_error = _NO_PLATFORM)" if must_match else ")"
    return "select({\n" + "".join(rows) + "    }" + end

def _dict(labels, indent):
    """Returns BUILD text: a dict of tarball label -> integrity."""
    if not labels:
        return "{}"
    rows = ["{}    {}: {},\n".format(indent, repr(label), repr(hash)) for label, hash in labels]
    return "{\n" + "".join(rows) + indent + "}"

def _tarballs_text(tarballs, settings, repositories):
    """Returns BUILD text: the tarballs of all platforms, and a select of what only some have."""
    counts = {}
    for hashes in tarballs.values():
        for hash in hashes:
            counts[hash] = counts.get(hash, 0) + 1
    labels = {hash: ("@{}//:package.tgz".format(repositories[hash]), hash) for hash in counts}
    common = _dict(sorted([labels[hash] for hash in counts if counts[hash] == len(tarballs)]), "    ")
    rest = {
        name: _dict(sorted([labels[hash] for hash in hashes if counts[hash] < len(tarballs)]), "        ")
        for name, hashes in tarballs.items()
    }
    if not [text for text in rest.values() if text != "{}"]:
        return common
    return common + " | " + _select(rest, settings)

def _target(analysis, set, node_version, repositories, settings, files):
    """Plans a set for every platform; adds to files, returns BUILD text."""
    lock = analysis.lock
    plan_texts, report_texts, errors, tarballs = {}, {}, {}, {}
    for platform in target_platform.ALL:
        made, error = plan.make(analysis, set, platform, node_version)
        errors[platform.name] = repr(error or "")
        tarballs[platform.name] = _tarballs(lock, made) if made else []
        if made:
            plan_texts[platform.name] = _plan_text(lock, made)
            report_texts[platform.name] = _report_text(lock, made, set)
    plan_files = _write_distinct(files, plan_texts, set, "plan.jsonl")
    report_files = _write_distinct(files, report_texts, set, "prune.json")
    plans = {name: repr(plan_files.get(name)) for name in errors}
    reports = {name: repr(report_files.get(name)) for name in errors}
    attributes = [
        ("name", repr(set)),
        ("error", _select(errors, settings) if [text for text in errors.values() if text != repr("")] else None),
        ("lockfile", repr(lock.label)),
        ("plan", _select(plans, settings, must_match = True)),
        ("report", _select(reports, settings, must_match = True)),
        ("tarballs", _tarballs_text(tarballs, settings, repositories)),
    ]
    return "\nnpm_tree(\n" + "".join(["    {} = {},\n".format(name, text) for name, text in attributes if text]) + ")\n"

def _files(lock, legacy_peer_deps, node_version, repositories, settings, npm_tree, example_platform):
    """Makes the files of a hub repository.

    Args:
      lock: see lockfile.bzl.
      legacy_peer_deps: see plan.bzl.
      node_version: "x.y.z".
      repositories: integrity -> name of the repository that holds the tarball.
      settings: platform's name -> label of its config_setting.
      npm_tree: label of the .bzl file with the rule.
      example_platform: label of a platform, for the error where none of the platforms is the target.

    Returns:
      File name -> content.
    """
    analysis = plan.analyze(lock, legacy_peer_deps)
    files = {}
    no_platform = _NO_PLATFORM.format(platforms = ", ".join(settings.keys()), example = example_platform)
    build = _HEADER.format(lockfile = lock.label, npm_tree = repr(npm_tree), no_platform = repr(no_platform))
    for set in plan.SETS:
        build += _target(analysis, set, node_version, repositories, settings, files)
    files["BUILD.bazel"] = build
    return files

hub = struct(files = _files)
