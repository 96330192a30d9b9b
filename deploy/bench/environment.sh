# shellcheck shell=bash
# shellcheck disable=SC2154 # root is set by whoever sources this
# The virtual environment of the benchmark and of its peers. Sourced.

bench_environment=$root/.local/bench/venv

make_bench_environment() {
  local wanted=$root/Tests/Benchmarks/peers/requirements.txt
  mkdir -p "${bench_environment%/*}"
  # One at a time: who comes second finds it made.
  (
    flock 8
    ! cmp -s "$wanted" "$bench_environment/requirements.txt" || exit 0
    rm -rf "$bench_environment"
    python3 -m venv "$bench_environment"
    "$bench_environment/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
    # Last, so that an installation that was cut short starts anew.
    cp "$wanted" "$bench_environment/requirements.txt"
  ) 8>"$bench_environment.lock" >&2
}
