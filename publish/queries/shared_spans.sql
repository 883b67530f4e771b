-- Where on its page the text stands that a paper of another council shares.
select spans from similarities where "first" = :first and "second" = :second
