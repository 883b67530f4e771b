-- What is asserted of the sources and does not hold.
select monitor, source, council, message, since from monitors where state = 'failing'
order by monitor
