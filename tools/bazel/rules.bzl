"""cc rules with our flags: C++20, and warnings are errors in our own code."""

_COPTS = [
    "-std=c++20",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wshadow",
    "-Wnon-virtual-dtor",
    "-Wcast-align",
    "-Woverloaded-virtual",
    "-Werror",
    # Designated initializers leave out what has a default.
    "-Wno-missing-field-initializers",
    # CAF 0.17.6 uses std::iterator and friends; GCC's warnings inside inlined library code are not ours to mend.
    "-Wno-deprecated-declarations",
    "-Wno-maybe-uninitialized",
    "-Wno-stringop-overflow",
    "-Wno-array-bounds",
    "-Wno-restrict",
]

def holon_cc_library(name, copts = [], **kwargs):
    """A cc_library with our flags."""

    # No shared library beside it: `bazel build //...` would compile everything a second time for it, with -fPIC.
    native.cc_library(name = name, copts = _COPTS + copts, linkstatic = True, **kwargs)

def holon_cc_binary(name, copts = [], **kwargs):
    """A cc_binary with our flags."""
    native.cc_binary(name = name, copts = _COPTS + copts, **kwargs)

def holon_cc_test(name, srcs = None, deps = [], copts = [], size = "small", **kwargs):
    """A Boost.Test program of one file, named after the unit it tests: `ids_test` is ids_test.cpp."""
    native.cc_test(
        name = name,
        srcs = srcs or [name + ".cpp"],
        copts = _COPTS + copts,
        size = size,
        # As programs are linked.
        linkstatic = True,
        deps = deps + ["@holon_system//:boost_test"],
        **kwargs
    )
