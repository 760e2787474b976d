/**
 * A POSIX shell guard around one child. Its standard input is a pipe that the owner holds open and
 * never writes to: end of file means that the owner is gone, however it went (kill -9 included). Then
 * the child gets TERM, and KILL after the grace. The child's pid goes to file descriptor 3; the guard
 * ends with the child's status and leaves nothing behind.
 *
 * Arguments: tenths of a second of grace, command, arguments.
 */
export const GUARD_SCRIPT = `
grace=$1; shift
exec 4<&0
"$@" </dev/null 3>&- 4<&- &
child=$!
echo "$child" >&3
exec 3>&-
(
  read -r _ <&4
  kill -TERM "$child"
  while [ "$grace" -gt 0 ] && kill -0 "$child"; do sleep 0.1; grace=$((grace - 1)); done
  kill -KILL "$child"
) >/dev/null 2>&1 &
watcher=$!
exec 4<&-
wait "$child"
status=$?
kill "$watcher" 2>/dev/null
exit $status
`;
