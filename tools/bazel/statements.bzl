"""A folder's .sql files as one C++ header: a file's name is the statement's name."""

def holon_sql_header(name, srcs, namespace):
    """`name` is the header, "statements.hpp"; each of the .sql files in `srcs` becomes `sql::FILE` in `namespace`."""
    native.genrule(
        name = name.replace(".", "_"),
        srcs = srcs,
        outs = [name],
        cmd = """
        {
          echo '// Made from the .sql files of this folder.'
          echo '#pragma once'
          echo 'namespace %s::sql {'
          for file in $(SRCS); do
            printf 'inline constexpr char %%s[] = R"sql(' "$$(basename "$$file" .sql)"
            cat "$$file"
            printf ')sql";\\n'
          done
          echo '}  // namespace %s::sql'
        } > $@
        """ % (namespace, namespace),
    )
