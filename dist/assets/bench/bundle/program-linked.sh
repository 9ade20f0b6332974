program() {
  clean PYTHONHOME="$HERE/$1" PYTHONHASHSEED=0 HOME=/nonexistent "$2" $FIXED $RUNNER "$1/bin/counted" --program "$1/bin/python" "$3"
}
