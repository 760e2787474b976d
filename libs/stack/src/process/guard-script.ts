/**
 * A POSIX shell guard around one child. Its standard input is a pipe that the owner holds open and
 * never writes to: end of file means that the owner is gone, however it went (kill -9 included). Then
 * the child gets the stop signal, and KILL after the grace. The child's pid goes to file descriptor 3;
 * the guard ends with the child's status and leaves nothing behind: what is left of its process group,
 * processes that the child had started among them, gets TERM.
 *
 * Arguments: tenths of a second of grace, stop signal, command, arguments.
 */
export const GUARD_SCRIPT = `
grace=$1; signal=$2; shift 2
exec 4<&0
"$@" </dev/null 3>&- 4<&- &
child=$!
echo "$child" >&3
exec 3>&-
(
  read -r _ <&4
  kill -s "$signal" "$child"
  while [ "$grace" -gt 0 ] && kill -0 "$child"; do sleep 0.1; grace=$((grace - 1)); done
  kill -KILL "$child"
) >/dev/null 2>&1 &
exec 4<&-
wait "$child"
status=$?
trap "" TERM
kill -TERM 0
exit $status
`;
