"""Everything Holon needs from outside, offline: Debian's libraries and shims for what Bazel would download.

A workspace of your own gets the same with two lines, after a `local_repository(name = "holon", path = …)`:

    load("@holon//tools/bazel:dependencies.bzl", "holon_dependencies")
    holon_dependencies()
"""

# Library name -> (linker flags, names it stands on). Headers come from /usr/include, where Debian puts them.
_SYSTEM_LIBRARIES = {
    "boost": ([], []),
    "boost_test": (["-lboost_unit_test_framework"], []),
    "caf": (["-lcaf_io", "-lcaf_core", "-pthread"], []),
    "cli11": ([], []),
    "crypto": (["-lcrypto"], []),
    "csv": (["-lcsv"], []),
    "expat": (["-lexpat"], []),
    "expected": ([], []),
    "date": ([], []),
    "fmt": (["-lfmt"], []),
    "jemalloc": (["-ljemalloc"], []),
    "json": ([], []),
    "msgpack": ([], []),
    # Its headers are included as <postgresql/libpq-fe.h>, so that no compiler needs pg_config.
    "pq": (["-lpq"], []),
    "pqxx": (["-lpqxx"], ["pq"]),
    "prometheus": (["-lprometheus-cpp-core"], []),
    "re2": (["-lre2"], []),
    "robin_map": ([], []),
    "simdjson": (["-lsimdjson"], []),
    "spdlog": (["-lspdlog", "-lfmt", "-pthread"], []),
    "sqlite3": (["-lsqlite3"], []),
    "utf8proc": (["-lutf8proc"], []),
    "zlib": (["-lz"], []),
}

# What a library must see defined by whoever includes it.
_SYSTEM_DEFINES = {
    "boost_test": ["BOOST_TEST_DYN_LINK"],
    "spdlog": ["SPDLOG_COMPILED_LIB", "SPDLOG_FMT_EXTERNAL"],
}

_RULES_CC = """
def cc_library(**kw): native.cc_library(**kw)
def cc_binary(**kw): native.cc_binary(**kw)
def cc_test(**kw): native.cc_test(**kw)
def cc_import(**kw): native.cc_import(**kw)
def cc_toolchain(**kw): native.cc_toolchain(**kw)
def cc_toolchain_suite(**kw): native.cc_toolchain_suite(**kw)
"""

_COVERAGE_BUILD = """
package(default_visibility = ["//visibility:public"])
filegroup(name = "coverage_report_generator", srcs = [])
sh_binary(name = "lcov_merger", srcs = ["noop.sh"])
"""

def _system_build():
    lines = ["package(default_visibility = [\"//visibility:public\"])"]
    for name, (linkopts, deps) in _SYSTEM_LIBRARIES.items():
        lines.append("cc_library(name = %r, linkopts = %r, defines = %r, deps = %r)" %
                     (name, linkopts, _SYSTEM_DEFINES.get(name, []), [":" + d for d in deps]))
    return "\n".join(lines) + "\n"

def _generated_impl(ctx):
    ctx.file("WORKSPACE", "")
    for path, text in ctx.attr.files.items():
        ctx.file(path, text, executable = path.endswith(".sh"))

# A repository whose few files stand here as text, so that it works from any workspace and without a network.
_generated = repository_rule(implementation = _generated_impl, attrs = {"files": attr.string_dict()})

def _missing(name):
    return not native.existing_rule(name)

def holon_dependencies():
    """Declares each repository that the workspace has not declared already."""
    if _missing("holon_system"):
        _generated(name = "holon_system", files = {"BUILD": _system_build()})
    if _missing("rules_cc"):
        _generated(name = "rules_cc", files = {
            "BUILD": "",
            "cc/BUILD": "package(default_visibility = [\"//visibility:public\"])\n",
            "cc/defs.bzl": _RULES_CC,
        })
    if _missing("rules_java"):
        native.local_repository(name = "rules_java", path = "/usr/share/bazel/rules/java")
    if _missing("rules_proto"):
        native.local_repository(name = "rules_proto", path = "/usr/share/bazel/rules/proto")
    if _missing("remote_coverage_tools"):
        _generated(name = "remote_coverage_tools", files = {"BUILD": _COVERAGE_BUILD, "noop.sh": "#!/bin/sh\nexit 0\n"})
