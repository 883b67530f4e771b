select count(*) as codings, count(distinct coder) as coders, count(distinct page) as pages,
       coalesce(sum(state = 'lost'), 0) as lost from codings
