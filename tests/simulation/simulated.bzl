"""Programs of the product as a simulation builds them: on a PostgreSQL made for it, with the bugs that it may plant.

The transition compiles what such a test is made of a second time. Programs are never built so.
"""

def _simulated_impl(settings, attr):
    return {
        "//command_line_option:copt": settings["//command_line_option:copt"] + ["-DHOLON_SIMULATED"],
        "//persistence/postgres:pq_connection": "//tests/simulation/postgres:fake_connection",
    }

_simulated = transition(
    implementation = _simulated_impl,
    inputs = ["//command_line_option:copt"],
    outputs = [
        "//command_line_option:copt",
        "//persistence/postgres:pq_connection",
    ],
)

def _simulated_test_impl(ctx):
    program = ctx.attr.program[0][DefaultInfo]
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = executable, target_file = program.files_to_run.executable, is_executable = True)
    return [DefaultInfo(executable = executable, runfiles = program.default_runfiles)]

simulated_test = rule(
    implementation = _simulated_test_impl,
    doc = "Runs a test program that is built for a simulation.",
    test = True,
    attrs = {
        "program": attr.label(mandatory = True, executable = True, cfg = _simulated),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
)
