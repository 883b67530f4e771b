select model, algorithm, k, seed, corpus, unit, passages, options, npmi, c_v, diversity, stability,
       verdict, fitted_at from topic_models where chosen = 1 order by fitted_at desc limit 1
