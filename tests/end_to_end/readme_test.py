"""Every console example of the README against the program: what it shows is what is printed.

A block is one command and its output; `...` as the last line stands for the rest of a longer one,
and `# exit N` behind the command for how it ends.
"""

import os
import re
import shlex

from program import check, check_equal, main


def examples(text):
    for block in re.findall(r"```console\n(.*?)```", text, flags=re.S):
        command, _, output = block.partition("\n")
        check(command.startswith("$ bedrocklog "), f"no command in the example: {command}")
        ending = re.search(r" # exit (\d+)$", command)
        yield shlex.split(command, comments=True)[2:], output, int(ending[1]) if ending else None


def test(program, arguments, _):
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    count = 0
    for words, expected, ending in examples((arguments.source_root / "README.md").read_text()):
        fails = expected.startswith("bedrocklog: ")
        done = program.run(*words, exit_code=ending or (64 if fails else 0), env=environment,
                           cwd=arguments.source_root)
        printed = (done.stderr if fails else done.stdout).decode().replace("\r\n", "\n")
        if expected.endswith("\n...\n"):
            expected = expected[: -len("...\n")]
            printed = printed[: len(expected)]
        check_equal(printed.splitlines(), expected.splitlines(), f"README: bedrocklog {words}")
        count += 1
    check(count >= 6, f"only {count} examples were found")
    print(f"{count} examples")


main(test)
