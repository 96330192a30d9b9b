# shellcheck shell=bash
# shellcheck disable=SC2154 # root is set by whoever sources this
# The virtual environment of the benchmark and of its peers. Sourced.

bench_environment=$root/.local/bench/venv

make_bench_environment() {
  local wanted=$root/Tests/Benchmarks/peers/requirements.txt
  ! cmp -s "$wanted" "$bench_environment/requirements.txt" || return 0
  rm -rf "$bench_environment"
  {
    python3 -m venv "$bench_environment"
    "$bench_environment/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
  } >&2
  # Last, so that an installation that was cut short starts anew.
  cp "$wanted" "$bench_environment/requirements.txt"
}
