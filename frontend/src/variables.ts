import {
  CustomVariableSupport,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  type QueryEditorProps,
} from '@grafana/data';
import type { ComponentType } from 'react';
import { of, type Observable } from 'rxjs';
import { VariableEditor } from './components/VariableEditor';
import { defaultQuery, isComplete, variableQuery, type Query } from './query/model';

type Answered = DataSourceApi<Query>;

/** Template variables: queries of the type `values`, sent like any other query. */
export class Variables extends CustomVariableSupport<Answered, Query> {
  // Grafana passes the data source that these variables belong to, which the editor's props say more exactly.
  editor = VariableEditor as unknown as ComponentType<QueryEditorProps<Answered, Query>>;

  constructor(private readonly send: (request: DataQueryRequest<Query>) => Observable<DataQueryResponse>) {
    super();
  }

  /** What a new variable asks, without which Grafana asks nothing until its editor is used. */
  override getDefaultQuery(): Partial<Query> {
    return { ...defaultQuery('variable'), refId: 'variable' };
  }

  override query(request: DataQueryRequest<Query>): Observable<DataQueryResponse> {
    const targets = request.targets.map(variableQuery).filter((query) => isComplete(query));
    return targets.length > 0 ? this.send({ ...request, targets }) : of({ data: [] });
  }
}
