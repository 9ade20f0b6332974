program() {
  [ -z "$RUNNER" ] || return 1
  clean PYTHONHOME="$HERE/$1" @LIBRARY@PYTHONHASHSEED=0 HOME=/nonexistent "$2" LD_PRELOAD=./counter.so \
    FORKWRIGHT_MEMORY_OUT=./counted.tmp $FIXED "$1/bin/python" -c "$3"
  cat ./counted.tmp >&2
  rm -f ./counted.tmp
}
