FIXED=
if setarch -R true 2>/dev/null; then FIXED='setarch -R'; fi

# Three starts of an interpreter under the counter: STEP SIDE WHAT PYMALLOC CODE. What cannot be counted is said and passed over.
memory() {
  is_done "$1" && return 0
  echo "step $1 of $STEPS: $3"
  program 2>/dev/null >/dev/null "$2" PYTHONUNBUFFERED= "$5" </dev/null
  repeat=0
  while [ $repeat -lt 3 ]; do
    repeat=$((repeat + 1))
    line=$(program "$2" "$4" "$5" </dev/null 2>&1 >/dev/null | grep '^{"point"' | tail -n 1)
    if [ -z "$line" ]; then
      printf '{"type":"no-memory","step":%s,"why":"%s"}\n' "$1" "the counter reported nothing there" >>"$RESULTS"
      break
    fi
    printf '{"type":"memory","step":%s,"repeat":%s,"counted":%s}\n' "$1" $repeat "$line" >>"$RESULTS"
  done
  printf '{"type":"done","step":%s}\n' "$1" >>"$RESULTS"
}
